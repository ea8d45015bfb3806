import { expect, it } from "vitest";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { BlockStore } from "../ports/blockStore.ts";
import type { BatchRecord, Database } from "../ports/database.ts";
import { deleteExpired } from "./retention.ts";

const DAY = 86_400;
const NOW = 100 * DAY;
const clock = { now: () => NOW };

/** A database that knows batches 0, 1, …, all of them expired, by what the retention asks of it. */
function databaseOf(
  count: number,
  changes: Partial<BatchRecord> = {},
): { database: Database; kept: Set<number>; asked: unknown[] } {
  const kept = new Set(Array.from({ length: count }, (_, seq) => seq));
  const asked: unknown[] = [];
  const database: Partial<Database> = {
    expiredBatches: async (sealedBefore, limit) => {
      asked.push([sealedBefore, limit]);
      return [...kept]
        .slice(0, limit)
        .map((seq) => ({ seq, cidDigest: new Uint8Array(32).fill(seq), ...changes }) as BatchRecord);
    },
    deleteBytes: async (seq) => void kept.delete(seq),
  };
  return { database: database as Database, kept, asked };
}

/** A store that notes what it deletes; `fails` says when it does not. */
function storeOf(
  name: string,
  fails: () => boolean = () => false,
): BlockStore & { deleted: string[]; calls: number } {
  const store = {
    name,
    deleted: [] as string[],
    calls: 0,
    put: async () => undefined,
    get: async () => undefined,
    async delete(cidDigest: Uint8Array) {
      store.calls++;
      if (fails()) throw new Error("it is away");
      store.deleted.push(toHex(cidDigest.slice(0, 1)));
    },
  };
  return store;
}

function run(database: Database, stores: BlockStore[]): Promise<{ deleted: number[]; notes: unknown[] }> {
  const notes: unknown[] = [];
  const notify = (level: string, message: string, fields?: object): void =>
    void notes.push([level, message, fields]);
  return deleteExpired(database, stores, clock, { retentionDays: 14, notify }).then((deleted) => ({
    deleted,
    notes,
  }));
}

it("deletes in every store, then in the database, what was sealed before the period", async () => {
  const { database, kept, asked } = databaseOf(3);
  const stores = [storeOf("filesystem"), storeOf("kubo")];
  expect(await run(database, stores)).toEqual({ deleted: [0, 1, 2], notes: [] });
  expect(asked).toEqual([[NOW - 14 * DAY, 200]]);
  expect(kept.size).toBe(0);
  for (const { deleted } of stores) expect(deleted).toEqual(["00", "01", "02"]);
  expect(await run(database, stores)).toEqual({ deleted: [], notes: [] });
});

it("keeps a batch until every store has deleted it, asks a failing store once a call, and reports it", async () => {
  const { database, kept } = databaseOf(3);
  let isAway = true;
  const [filesystem, kubo] = [storeOf("filesystem"), storeOf("kubo", () => isAway)];
  const { deleted, notes } = await run(database, [filesystem, kubo]);
  expect(deleted).toEqual([]);
  expect(notes).toEqual([
    ["warn", "a store does not delete an expired batch", { store: "kubo", seq: 0, reason: "it is away" }],
  ]);
  expect(kept.size).toBe(3);
  expect(kubo.calls).toBe(1);
  expect(filesystem.deleted).toEqual(["00", "01", "02"]);
  isAway = false;
  expect(await run(database, [filesystem, kubo])).toEqual({ deleted: [0, 1, 2], notes: [] });
});

it("goes on where a crash between stores and database left it", async () => {
  const { database, kept } = databaseOf(2);
  const store = storeOf("filesystem");
  const crashing = { ...database, deleteBytes: () => Promise.reject(new Error("crash")) };
  await expect(run(crashing, [store])).rejects.toThrow("crash");
  expect(kept.size).toBe(2);
  expect((await run(database, [store])).deleted).toEqual([0, 1]);
  expect(store.deleted).toEqual(["00", "00", "01"]);
});

it("deletes a batch's filter with it, and keeps both until every store has deleted both", async () => {
  const { database, kept } = databaseOf(1, { filterDigest: new Uint8Array(32).fill(0xf0) });
  const store = storeOf("kubo");
  let isAway = true;
  const failing = {
    ...store,
    delete: (digest: Uint8Array) =>
      isAway && digest[0] === 0xf0 ? Promise.reject(new Error("it is away")) : store.delete(digest),
  };
  expect((await run(database, [failing])).deleted).toEqual([]);
  expect(kept.size).toBe(1);
  isAway = false;
  expect((await run(database, [failing])).deleted).toEqual([0]);
  expect(store.deleted).toEqual(["00", "00", "f0"]);
});

it("bounds the work of one call", async () => {
  const { database, kept } = databaseOf(250);
  expect((await run(database, [storeOf("filesystem")])).deleted).toHaveLength(200);
  expect(kept.size).toBe(50);
});
