import { describe, expect, it } from "vitest";
import type { BatchRecord } from "../ports/database.ts";
import { FilterError } from "../ports/filterMaker.ts";
import { BlockReader } from "./blockReader.ts";
import { filteredBatch } from "./support/filteredBatch.ts";
import { LocalFilters } from "./support/localFilters.ts";

const { entries, file, filter, record } = filteredBatch();

/** A reader over an own store that has `stored` under every digest, and a database that knows one batch. */
function readerOf(changes: Partial<BatchRecord> = {}, stored?: Uint8Array, kept: Uint8Array[] = entries) {
  const filters = new LocalFilters();
  const read = { loads: 0, atOnce: 0, most: 0 };
  const batch: BatchRecord = { ...record, state: "stored", ...changes };
  const database = {
    findBatch: async () => batch,
    entryBytesOf: async () => {
      read.loads++;
      read.most = Math.max(read.most, ++read.atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      read.atOnce--;
      return batch.isDeleted ? undefined : kept;
    },
  };
  return { reader: new BlockReader(database, { get: async () => stored }, filters), filters, read };
}

describe("a block", () => {
  it("comes from the own store, and is built again where that has none or a damaged one", async () => {
    for (const [digest, bytes] of [
      [record.cidDigest, file],
      [record.filterDigest, filter],
    ] as const) {
      const whole = readerOf({}, bytes);
      expect(await whole.reader.get(digest)).toEqual(bytes);
      expect(whole.read.loads).toBe(0);
      expect(await readerOf().reader.get(digest)).toEqual(bytes);
      const damaged = Uint8Array.from(bytes, (byte, i) => (i === 30 ? byte ^ 1 : byte));
      expect(await readerOf({}, damaged).reader.get(digest)).toEqual(bytes);
    }
  });

  it("is not built of a batch that no store has yet, or whose bytes expired, or of other entries", async () => {
    for (const digest of [record.cidDigest, record.filterDigest]) {
      expect(await readerOf({ state: "sealed" }).reader.get(digest)).toBeUndefined();
      expect(await readerOf({ isDeleted: true }).reader.get(digest)).toBeUndefined();
      expect(await readerOf({}, undefined, entries.slice(1)).reader.get(digest)).toBeUndefined();
      expect(await readerOf({}, undefined, []).reader.get(digest)).toBeUndefined();
    }
  });

  it("is built once for all who ask meanwhile, and one after the other", async () => {
    const { reader, filters, read } = readerOf();
    const asked = Array.from({ length: 40 }, (_, i) =>
      reader.get(i % 2 ? record.filterDigest : record.cidDigest),
    );
    expect(await Promise.all(asked)).toEqual(asked.map((_, i) => (i % 2 ? filter : file)));
    expect(read).toMatchObject({ loads: 2, most: 1 });
    expect(filters.asked).toBe(1);
    expect(await reader.get(record.filterDigest)).toEqual(filter);
    expect(filters.asked).toBe(2);
  });

  it("is built for who asks after one that failed", async () => {
    const { reader, filters } = readerOf();
    filters.fails = true;
    await expect(reader.get(record.filterDigest)).rejects.toThrow(FilterError);
    expect(await reader.get(record.cidDigest)).toEqual(file);
    filters.fails = false;
    expect(await reader.get(record.filterDigest)).toEqual(filter);
  });
});
