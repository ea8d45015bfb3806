import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareBytes, equalBytes } from "../bytes/bytes.ts";
import { verifyBatchFile } from "../check/verifyBatch.ts";
import { TocsinError } from "../errors.ts";
import { leafHash } from "../tree/hash.ts";
import { rootOf } from "../tree/proof.ts";
import { buildBatch } from "./build.ts";
import { cidDigestOf } from "./digest.ts";
import {
  batchFileLength,
  decodeBatchFile,
  encodeBatchFile,
  MAX_BATCH_FILE_LENGTH,
  sortEntries,
  type Batch,
} from "./file.ts";

const entry = fc.uint8Array({ minLength: 1, maxLength: 80 });
const entries = fc.array(entry, { minLength: 1, maxLength: 30 });

/** What a relayer that follows no rule might anchor: these bytes, with the digest and root that fit them. */
const anchor = (
  file: Uint8Array,
  batch: Batch,
): { cidDigest: Uint8Array; root: Uint8Array; count: number } => ({
  cidDigest: cidDigestOf(file),
  root: rootOf(batch.leaves),
  count: batch.entries.length,
});

describe("batch files", () => {
  it("come back as they were, wherever their buffer begins", () => {
    fc.assert(
      fc.property(entries, fc.nat(9), (made, shift) => {
        const batch = sortEntries(made);
        const file = encodeBatchFile(batch);
        expect(file).toHaveLength(batchFileLength(batch.entries.map(({ length }) => length)));
        const shifted = new Uint8Array([...new Uint8Array(shift), ...file]).subarray(shift);
        expect(decodeBatchFile(shifted)).toEqual(batch);
      }),
    );
  });

  it("are the same whatever the order of arrival, and hold an entry once", () => {
    fc.assert(
      fc.property(
        entries.chain((made) =>
          fc.tuple(fc.constant(made), fc.shuffledSubarray([...made, ...made], { minLength: made.length })),
        ),
        ([made, shuffled]) => {
          const all = [...made, ...shuffled];
          const { file, leaves } = buildBatch(all.reverse());
          expect(file).toEqual(buildBatch(made).file);
          leaves.slice(1).forEach((leaf, i) => {
            expect(compareBytes(leaves[i]!, leaf)).toBeLessThan(0);
          });
        },
      ),
    );
  });

  it("are refused with any single bit flipped, against the batch that is anchored", () => {
    const built = buildBatch([1, 2, 3].map((n) => new Uint8Array(20).fill(n)));
    const anchored = { cidDigest: built.cidDigest, root: built.tree.root, count: 3 };
    expect(verifyBatchFile(built.file, anchored).entries).toEqual(built.entries);
    for (let bit = 0; bit < built.file.length * 8; bit++) {
      const file = new Uint8Array(built.file);
      file[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => verifyBatchFile(file, anchored)).toThrow(
        expect.objectContaining({ code: "BATCH_DIGEST_MISMATCH" }),
      );
      // Even with a digest that fits the flipped bytes, the root or the form does not.
      expect(() => verifyBatchFile(file, { ...anchored, cidDigest: cidDigestOf(file) })).toThrow(TocsinError);
    }
  });

  it("are refused when cut short anywhere or followed by anything", () => {
    const { file } = buildBatch([1, 2, 3].map((n) => new Uint8Array(20).fill(n)));
    for (let length = 0; length < file.length; length++)
      expect(() => decodeBatchFile(file.subarray(0, length))).toThrow(
        expect.objectContaining({ code: "BATCH_TRUNCATED" }),
      );
    expect(() => decodeBatchFile(new Uint8Array([...file, 0]))).toThrow(
      expect.objectContaining({ code: "BATCH_TRAILING_BYTES" }),
    );
  });

  it("have one form: entries out of order or twice are refused", () => {
    const { entries: sorted, leaves, file } = buildBatch([1, 2].map((n) => new Uint8Array(20).fill(n)));
    const swap = { entries: [...sorted].reverse(), leaves: [...leaves].reverse() };
    const twice = { entries: [sorted[0]!, sorted[0]!], leaves: [leaves[0]!, leaves[0]!] };
    for (const batch of [swap, twice]) {
      const wire = new Uint8Array(file);
      batch.entries.forEach((each, i) => {
        wire.set(each, 12 + 2 + i * 22);
      });
      const notSorted = expect.objectContaining({ code: "BATCH_NOT_SORTED" });
      expect(() => encodeBatchFile(batch)).toThrow(notSorted);
      expect(() => decodeBatchFile(wire)).toThrow(notSorted);
      expect(() => verifyBatchFile(wire, anchor(wire, batch))).toThrow(notSorted);
    }
  });

  it("are refused with no entry, or an empty one", () => {
    expect(() => buildBatch([])).toThrow(expect.objectContaining({ code: "BATCH_EMPTY" }));
    expect(() => buildBatch([new Uint8Array()])).toThrow(expect.objectContaining({ code: "ENTRY_INVALID" }));
    const { file } = buildBatch([new Uint8Array(1)]);
    const none = file.slice(0, 12);
    none[8] = 0;
    expect(() => decodeBatchFile(none)).toThrow(expect.objectContaining({ code: "BATCH_EMPTY" }));
    const empty = file.slice(0, 14);
    empty[12] = 0;
    expect(() => decodeBatchFile(empty)).toThrow(expect.objectContaining({ code: "ENTRY_INVALID" }));
  });

  it("have 1 MiB at most", () => {
    const sizes = [...new Array<number>(15).fill(65_535), 65_536 - 12 - 16 * 2 + 15];
    const made = sizes.map((size, i) => new Uint8Array(size).fill(i));
    const { file } = buildBatch(made);
    expect(file).toHaveLength(MAX_BATCH_FILE_LENGTH);
    expect(decodeBatchFile(file).entries).toHaveLength(16);
    const tooLarge = expect.objectContaining({ code: "BATCH_TOO_LARGE" });
    expect(() => buildBatch([...made, new Uint8Array(1).fill(99)])).toThrow(tooLarge);
    expect(() => decodeBatchFile(new Uint8Array(MAX_BATCH_FILE_LENGTH + 1))).toThrow(tooLarge);
  });

  it("must have the count and the root that the log says", () => {
    const built = buildBatch([1, 2, 3].map((n) => new Uint8Array(20).fill(n)));
    const anchored = anchor(built.file, built);
    expect(() => verifyBatchFile(built.file, { ...anchored, count: 4 })).toThrow(
      expect.objectContaining({ code: "BATCH_COUNT_MISMATCH" }),
    );
    expect(() => verifyBatchFile(built.file, { ...anchored, root: leafHash(built.file) })).toThrow(
      expect.objectContaining({ code: "BATCH_ROOT_MISMATCH" }),
    );
    expect(equalBytes(built.tree.root, anchored.root)).toBe(true);
  });
});
