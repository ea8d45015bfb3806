import { describe, expect, it } from "vitest";
import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { verifyBatchFile } from "@tocsin/protocol/check/verifyBatch.ts";
import { randomBatch } from "../../test/support/randomBatch.ts";
import { BlockStoreError, type BlockStore } from "../ports/blockStore.ts";
import type { BatchRecord, Database } from "../ports/database.ts";
import { FilterError } from "../ports/filterMaker.ts";
import { storeBatch } from "./store.ts";
import { filteredBatch } from "./support/filteredBatch.ts";
import { LocalFilters } from "./support/localFilters.ts";

const filters = new LocalFilters();
const built = randomBatch(5);
const batch: BatchRecord = {
  seq: 7,
  firstIndex: 40,
  count: 5,
  root: built.tree.root,
  cidDigest: built.cidDigest,
  state: "sealed",
  sealedAt: 1_000,
  oldestReceivedAt: 900,
  isDeleted: false,
};

/** The two methods of a database that storing needs, and what was recorded. */
function databaseOf(entries: (Uint8Array | undefined)[] = built.entries): {
  database: Database;
  states: unknown[];
} {
  const states: unknown[] = [];
  const known = entries.filter((entry) => entry !== undefined).reverse();
  const database: Partial<Database> = {
    entryBytesOf: async () => (known.length === entries.length ? known : undefined),
    setBatchState: async (seq, state) => void states.push([seq, state]),
  };
  return { database: database as Database, states };
}

function storeOf(name: string, methods: Partial<BlockStore> = {}): BlockStore {
  let kept: Uint8Array | undefined;
  return {
    name,
    put: async (_, block) => void (kept = block),
    get: async () => kept,
    delete: async () => undefined,
    ...methods,
  };
}

function keepingStore(blocks: Map<string, Uint8Array>): BlockStore {
  return storeOf("keeping", {
    put: async (digest, block) => void blocks.set(toHex(digest), block),
    get: async (digest) => blocks.get(toHex(digest)),
  });
}

const failing = (
  name: string,
  message: string,
  code: "STORE_FAILED" | "STORAGE_FULL" = "STORE_FAILED",
): BlockStore => storeOf(name, { put: () => Promise.reject(new BlockStoreError(code, message)) });

describe("a batch is stored", () => {
  it("once every required store has returned its file", async () => {
    const { database, states } = databaseOf();
    const stores = ["filesystem", "kubo"].map((name) => ({ store: storeOf(name), isRequired: true }));
    expect(await storeBatch(database, stores, filters, batch)).toEqual([]);
    expect(states).toEqual([[7, "stored"]]);
    for (const { store } of stores) expect(await store.get(built.cidDigest)).toEqual(built.file);
  });

  it("without an optional store, which is named with its reason", async () => {
    const { database, states } = databaseOf();
    const stores = [
      { store: storeOf("filesystem"), isRequired: true },
      { store: failing("kubo", "no answer within 20 s"), isRequired: false },
    ];
    expect(await storeBatch(database, stores, filters, batch)).toEqual([
      { store: "kubo", message: "no answer within 20 s" },
    ]);
    expect(states).toEqual([[7, "stored"]]);
  });

  it("with all stores side by side", async () => {
    const { database } = databaseOf();
    let second: (() => void) | undefined;
    const started = new Promise<void>((resolve) => (second = resolve));
    const waiting = storeOf("pinning", { put: () => started, get: async () => built.file });
    const releasing = storeOf("kubo", { put: async () => second?.(), get: async () => built.file });
    const stores = [waiting, releasing].map((store) => ({ store, isRequired: true }));
    expect(await storeBatch(database, stores, filters, batch)).toEqual([]);
  });
});

describe("a batch with a filter", () => {
  const { entries, filter, record } = filteredBatch();

  it("is stored once every required store has returned both files", async () => {
    const { database, states } = databaseOf(entries);
    const blocks = new Map<string, Uint8Array>();
    const store = keepingStore(blocks);
    expect(await storeBatch(database, [{ store, isRequired: true }], filters, record)).toEqual([]);
    expect(states).toEqual([[7, "stored"]]);
    expect(blocks.size).toBe(2);
    expect(verifyBatchFile(blocks.get(toHex(record.cidDigest))!, record).entries).toHaveLength(13);
    expect(blocks.get(toHex(record.filterDigest))).toEqual(filter);
  });

  it("is not stored while a required store does not return the filter", async () => {
    const { database, states } = databaseOf(entries);
    const whole = keepingStore(new Map());
    const store: BlockStore = {
      ...whole,
      get: async (digest) => (equalBytes(digest, record.filterDigest) ? undefined : whole.get(digest)),
    };
    await expect(storeBatch(database, [{ store, isRequired: true }], filters, record)).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: expect.stringMatching(/^keeping: it does not return the block/),
    });
    expect(states).toEqual([]);
  });

  it("waits for a filter that cannot be made now, and is not stored with another than it names", async () => {
    const { database, states } = databaseOf(entries);
    const stores = [{ store: keepingStore(new Map()), isRequired: true }];
    const failing = new LocalFilters();
    failing.fails = true;
    await expect(storeBatch(database, stores, failing, record)).rejects.toThrow(FilterError);
    const other = { make: async () => new Uint8Array(28) };
    await expect(storeBatch(database, stores, other, record)).rejects.toMatchObject({
      code: "FILTER_MISMATCH",
    });
    expect(states).toEqual([]);
  });
});

describe("a batch is not stored", () => {
  it.each([
    ["fails", failing("kubo", "block/put answers 500"), /^kubo: block\/put answers 500$/],
    [
      "returns nothing",
      storeOf("kubo", { get: async () => undefined }),
      /^kubo: it does not return the block/,
    ],
    [
      "returns other bytes",
      storeOf("kubo", { get: async () => new Uint8Array(9) }),
      /^kubo: these are other bytes/,
    ],
    [
      "throws something else",
      storeOf("kubo", { get: () => Promise.reject(new TypeError("odd")) }),
      /^kubo: odd$/,
    ],
  ])("when a required store %s", async (_, store, message) => {
    const { database, states } = databaseOf();
    const stores = [
      { store: storeOf("filesystem"), isRequired: true },
      { store, isRequired: true },
    ];
    await expect(storeBatch(database, stores, filters, batch)).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: expect.stringMatching(message),
    });
    expect(states).toEqual([]);
  });

  it("when several fail: each is named, and a full disk is the code", async () => {
    const { database } = databaseOf();
    const stores = [
      { store: failing("kubo", "away"), isRequired: true },
      { store: failing("pinning", "away, too"), isRequired: false },
      { store: failing("filesystem", "the disk is full (ENOSPC)", "STORAGE_FULL"), isRequired: true },
    ];
    await expect(storeBatch(database, stores, filters, batch)).rejects.toMatchObject({
      code: "STORAGE_FULL",
      message: "kubo: away; filesystem: the disk is full (ENOSPC)",
    });
  });

  it.each([
    ["one is missing", built.entries.slice(1)],
    ["one is another", [...built.entries.slice(1), randomBatch(1).entries[0]]],
    ["one has lost its bytes", [...built.entries.slice(1), undefined]],
    ["all have lost their bytes", built.entries.map(() => undefined)],
  ])("when its entries are not those that were sealed: %s", async (_, entries) => {
    const { database, states } = databaseOf(entries);
    const store = storeOf("filesystem");
    await expect(storeBatch(database, [{ store, isRequired: true }], filters, batch)).rejects.toMatchObject({
      code: "BATCH_DIGEST_MISMATCH",
    });
    expect(await store.get(built.cidDigest)).toBeUndefined();
    expect(states).toEqual([]);
  });
});
