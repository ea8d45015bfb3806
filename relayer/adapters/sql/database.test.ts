import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { batchFileLength } from "@tocsin/protocol/batch/file.ts";
import { compareBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { ENTRY_KINDS } from "@tocsin/protocol/entry/entry.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import { DATABASES, newBatch, newEntry, type Databases } from "../../../test/support/databases.ts";
import type { Anchor, EntryRecord, NewEntry, TransactionRecord, WaitingEntry } from "../../ports/database.ts";
import type { SqlDatabase } from "./database.ts";

const ANCHOR: Anchor = { transactionHash: "0xaa", blockNumber: 7, blockHash: "0xbb", finality: "latest" };

const many = (count: number, receivedAt?: number, length?: number): NewEntry[] =>
  Array.from({ length: count }, () => newEntry(receivedAt, length));
const leavesOf = (entries: readonly EntryRecord[]): Uint8Array[] => entries.map(({ leaf }) => leaf);
/** What is read of entries that wait. */
const waitingOf = (...entries: readonly NewEntry[]): WaitingEntry[] =>
  entries.map(({ entry, receivedAt }) => ({ entry, receivedAt }));
/** Entries' bytes, whatever their order. */
const asSet = (entries: readonly Uint8Array[]): Set<string> => new Set(entries.map(toHex));
const bytesOf = (entries: readonly WaitingEntry[]): Uint8Array[] => entries.map(({ entry }) => entry);
const sorted = <T extends EntryRecord>(entries: readonly T[]): T[] =>
  [...entries].sort((a, b) => compareBytes(a.leaf, b.leaf));

describe.each(DATABASES)("$kind", ({ start }) => {
  let databases: Databases;
  let open: () => Promise<SqlDatabase>;
  let database: SqlDatabase;

  beforeAll(async () => {
    databases = await start();
  });
  afterAll(() => databases.stop());
  beforeEach(async () => {
    open = await databases.create();
    database = await open();
    await database.bind("a log");
    await database.lead();
  });
  afterEach(() => database.close());

  /** Adds entries and seals them. */
  async function seal(seq: number, count: number, changes = {}): Promise<NewEntry[]> {
    const entries = many(count);
    await database.addEntries(entries, []);
    await database.addBatch(newBatch(seq, entries, changes), leavesOf(entries));
    return entries;
  }

  describe("entries", () => {
    test("are kept as they are, in the order in which they were given", async () => {
      const entries = many(2_500);
      expect(await database.addEntries(entries, [])).toEqual(entries);
      expect(await database.findEntry(entries[1_234]!.leaf)).toEqual(entries[1_234]);
      expect(await database.findEntry(new Uint8Array(32))).toBeUndefined();
    });

    test("that come again get what was kept the first time", async () => {
      const [first, other, third] = many(3) as [NewEntry, NewEntry, NewEntry];
      await database.addEntries([first], []);
      const again = { ...first, receivedAt: 5_000, deadline: 9_000 };
      expect(await database.addEntries([other, again, third], [])).toEqual([other, first, third]);
      expect(await database.findEntry(first.leaf)).toEqual(first);
    });

    test("that come twice in one group are one", async () => {
      const entry = newEntry();
      const again = { ...entry, deadline: 9_999 };
      expect(await database.addEntries([entry, again], [])).toEqual([entry, entry]);
      expect(await database.backlog(10)).toEqual({ count: 1, bytes: 100, oldestReceivedAt: 1_000 });
    });

    test("dummies leave nothing behind that is counted, found or sealed", async () => {
      const dummies = many(3).map(({ entry }) => entry);
      expect(await database.addEntries([], dummies)).toEqual([]);
      expect(await database.addEntries([], dummies.slice(1))).toEqual([]);
      expect(await database.backlog(10)).toEqual({ count: 0, bytes: 0 });
      const entry = newEntry();
      expect(await database.addEntries([entry], dummies)).toEqual([entry]);
      await database.forgetDummies();
      expect(await database.unsealedEntries(10_000)).toEqual(waitingOf(entry));
      expect(await database.findEntry(entry.leaf)).toEqual(entry);
    });

    test("nothing at all is nothing", async () => {
      expect(await database.addEntries([], [])).toEqual([]);
      expect(await database.unsealedEntries(10_000)).toEqual([]);
      expect((await database.countStates()).received).toEqual({ count: 0 });
    });

    test("groups that are added at once, with the same entries in them, are each answered", async () => {
      const entries = many(200);
      const groups = [entries, entries.toReversed(), entries.slice(50), entries.slice(0, 150).toReversed()];
      const kept = await Promise.all(groups.map((group) => database.addEntries(group, [])));
      expect(kept).toEqual(groups);
      expect((await database.backlog(1_000)).count).toBe(200);
    });
  });

  describe("what waits", () => {
    test("is counted no further than asked", async () => {
      await database.addEntries([...many(3, 500, 10), ...many(5, 400, 20)], []);
      expect(await database.backlog(100)).toEqual({ count: 8, bytes: 130, oldestReceivedAt: 400 });
      expect(await database.backlog(6)).toEqual({ count: 6, bytes: 110, oldestReceivedAt: 400 });
    });

    test("comes oldest first, as much as fits into a batch file", async () => {
      const [young, old, middle] = [newEntry(300), newEntry(100), newEntry(200)];
      await database.addEntries([young, old, middle], []);
      const room = (...entries: NewEntry[]): number =>
        batchFileLength(entries.map(({ entry }) => entry.length));
      expect(await database.unsealedEntries(room(old, middle, young))).toEqual(waitingOf(old, middle, young));
      expect(await database.unsealedEntries(room(old, middle, young) - 1)).toEqual(waitingOf(old, middle));
      expect(await database.unsealedEntries(room(old))).toEqual(waitingOf(old));
      expect(await database.unsealedEntries(room(old) - 1)).toEqual([]);
    });

    test("comes whole when it is more than is read at once", async () => {
      const entries = many(2_100, 100, 40);
      for (const part of [entries.slice(0, 1_000), entries.slice(1_000)]) await database.addEntries(part, []);
      const waiting = await database.unsealedEntries(1_048_576);
      expect(asSet(bytesOf(waiting))).toEqual(asSet(bytesOf(entries)));
      expect(waiting).toHaveLength(entries.length);
    });
  });

  describe("batches", () => {
    test("take their entries in one step", async () => {
      const entries = await seal(0, 3);
      await database.addEntries(many(2), []);
      expect(await database.batches(0, 10)).toEqual([newBatch(0, entries)]);
      expect(sorted(await database.entriesOf(0))).toEqual(sorted(entries.map((e) => ({ ...e, seq: 0 }))));
      expect(await database.findEntry(entries[0]!.leaf)).toEqual({ ...entries[0]!, seq: 0 });
      expect((await database.backlog(10)).count).toBe(2);
    });

    test("are not there when one of the entries does not wait", async () => {
      const [sealed] = (await seal(0, 1)) as [NewEntry];
      const waiting = newEntry();
      await database.addEntries([waiting], []);
      const both = [waiting, sealed];
      await expect(database.addBatch(newBatch(1, both), leavesOf(both))).rejects.toThrow("only 1 wait");
      await expect(database.addBatch(newBatch(0, [waiting]), [waiting.leaf])).rejects.toThrow();
      expect(await database.batches(0, 10)).toEqual([newBatch(0, [sealed])]);
      expect(await database.unsealedEntries(10_000)).toEqual(waitingOf(waiting));
    });

    test("take more entries than one statement does", async () => {
      const entries = await seal(0, 2_300);
      expect((await database.entriesOf(0)).length).toBe(entries.length);
      expect(asSet((await database.entryBytesOf(0))!)).toEqual(asSet(bytesOf(entries)));
    });

    test("are found by number and by time", async () => {
      for (const seq of [0, 1, 2, 3]) await seal(seq, 1, { sealedAt: [10, 20, 20, 30][seq] });
      const seqs = (found: { seq: number }[]): number[] => found.map(({ seq }) => seq);
      expect(seqs(await database.batches(1, 2))).toEqual([1, 2]);
      expect(seqs(await database.batches(4, 2))).toEqual([]);
      const [first] = await database.batches(0, 1);
      expect(await database.findBatch(first!.cidDigest)).toEqual(first);
      expect(await database.findBatch(new Uint8Array(32))).toBeUndefined();
      expect(seqs(await database.batchesSealed(10, 20))).toEqual([0]);
      expect(seqs(await database.batchesSealed(20, 31))).toEqual([1, 2, 3]);
    });

    test("are found by their filter too, whose entry is none that was received", async () => {
      const [filterDigest, cidDigest] = [new Uint8Array(32).fill(7), new Uint8Array(32).fill(8)];
      await seal(0, 2);
      const entries = await seal(1, 3, { count: 4, filterDigest, cidDigest });
      const batch = newBatch(1, entries, { count: 4, filterDigest, cidDigest });
      for (const digest of [filterDigest, cidDigest]) expect(await database.findBatch(digest)).toEqual(batch);
      expect((await database.countStates()).sealed.count).toBe(5);
      expect(await database.batches(1, 1)).toEqual([batch]);
    });

    test("keep their state and where they are anchored, until they leave the chain", async () => {
      const entries = await seal(0, 1);
      await database.setBatchState(0, "anchored", ANCHOR);
      const anchored = newBatch(0, entries, { state: "anchored", anchor: ANCHOR });
      expect(await database.batches(0, 1)).toEqual([anchored]);
      const safe: Anchor = { ...ANCHOR, finality: "safe" };
      await database.setBatchState(0, "anchored", safe);
      expect(await database.batches(0, 1)).toEqual([{ ...anchored, anchor: safe }]);
      await database.setBatchState(0, "posted");
      expect(await database.batches(0, 1)).toEqual([newBatch(0, entries, { state: "posted" })]);
    });

    test("the first open one is the first that is not finalized", async () => {
      expect(await database.firstOpen()).toBe(0);
      for (const seq of [0, 1, 2]) await seal(seq, 1);
      expect(await database.firstOpen()).toBe(0);
      await database.setBatchState(0, "finalized", ANCHOR);
      await database.setBatchState(2, "finalized", ANCHOR);
      expect(await database.firstOpen()).toBe(1);
      await database.setBatchState(1, "finalized", ANCHOR);
      expect(await database.firstOpen()).toBe(3);
    });

    test("count reports by state, with the age of the oldest", async () => {
      await seal(0, 3, { state: "finalized", oldestReceivedAt: 10 });
      await seal(1, 4, { state: "finalized", oldestReceivedAt: 20 });
      await seal(2, 5, { state: "posted", oldestReceivedAt: 30 });
      await database.addEntries([newEntry(50), newEntry(40)], []);
      expect(await database.countStates()).toEqual({
        received: { count: 2, oldestReceivedAt: 40 },
        sealed: { count: 0 },
        stored: { count: 0 },
        posted: { count: 5, oldestReceivedAt: 30 },
        anchored: { count: 0 },
        finalized: { count: 7, oldestReceivedAt: 10 },
      });
    });
  });

  describe("retention", () => {
    test("finds finalized batches that are old and still have bytes", async () => {
      for (const seq of [0, 1, 2, 3]) await seal(seq, 1, { state: seq === 1 ? "anchored" : "finalized" });
      const seqs = async (before: number, limit: number): Promise<number[]> =>
        (await database.expiredBatches(before, limit)).map(({ seq }) => seq);
      expect(await seqs(2_003, 10)).toEqual([0, 2]);
      expect(await seqs(3_000, 2)).toEqual([0, 2]);
      await database.deleteBytes(0);
      expect(await seqs(3_000, 10)).toEqual([2, 3]);
    });

    test("forgets bytes and keeps leaves: a repetition still finds its record", async () => {
      const [entry, other] = (await seal(0, 2)) as [NewEntry, NewEntry];
      await database.deleteBytes(0);
      const kept = { ...entry, entry: undefined, seq: 0 };
      expect(await database.findEntry(entry.leaf)).toEqual(kept);
      expect(await database.addEntries([{ ...entry, receivedAt: 9_000 }], [])).toEqual([kept]);
      expect(sorted(await database.entriesOf(0))).toEqual(
        sorted([kept, { ...other, entry: undefined, seq: 0 }]),
      );
      expect(await database.entryBytesOf(0)).toBeUndefined();
      expect(await database.batches(0, 1)).toEqual([newBatch(0, [entry, other], { isDeleted: true })]);
    });
  });

  describe("transactions", () => {
    const transaction = (nonce: number, hash: string): TransactionRecord => ({
      hash,
      task: `append:${nonce}`,
      nonce,
      raw: "0x02",
      maxFeePerGas: 2n ** 70n,
      maxPriorityFeePerGas: 1n,
      signedAt: 2_000,
    });

    test("come back from a nonce on, in the order in which they were signed", async () => {
      const signed = [transaction(5, "0x1"), transaction(4, "0x2"), transaction(6, "0x3")];
      const answer: TransactionRecord = { ...transaction(5, "0x4"), task: "answer:0xabc" };
      for (const one of [...signed, answer]) await database.addTransaction(one);
      expect(await database.transactionsFrom(0)).toEqual([...signed, answer]);
      expect(await database.transactionsFrom(5)).toEqual([signed[0], signed[2], answer]);
      expect(await database.transactionsFrom(7)).toEqual([]);
    });

    test("are recorded once", async () => {
      await database.addTransaction(transaction(1, "0x1"));
      await expect(database.addTransaction(transaction(2, "0x1"))).rejects.toThrow();
      expect(await database.transactionsFrom(0)).toEqual([transaction(1, "0x1")]);
    });
  });

  describe("repair", () => {
    test("puts a batch of the chain in place of another, whose other entries wait again", async () => {
      const wrong = await seal(0, 2);
      const later = await seal(1, 2);
      const waiting = newEntry();
      await database.addEntries([waiting], []);
      const restored = [wrong[0]!, waiting, newEntry(), later[0]!];
      const batch = newBatch(0, restored, { state: "anchored", anchor: ANCHOR, root: new Uint8Array(32) });
      // A receipt was given for those that are known: sent again, they must get the same one.
      const times = { receivedAt: 1, deadline: 2 };
      await database.restoreBatch(batch, [
        { ...restored[0]!, ...times },
        { ...restored[1]!, ...times },
        ...restored.slice(2),
      ]);
      expect((await database.batches(0, 10))[0]).toEqual(batch);
      expect(sorted(await database.entriesOf(0))).toEqual(sorted(restored.map((e) => ({ ...e, seq: 0 }))));
      expect(await database.unsealedEntries(10_000)).toEqual(waitingOf(wrong[1]!));
      expect(await database.entriesOf(1)).toEqual([{ ...later[1]!, seq: 1 }]);
    });

    test("gives deleted bytes back", async () => {
      const entries = await seal(0, 2);
      await database.deleteBytes(0);
      await database.restoreBatch(newBatch(0, entries), entries);
      expect(sorted(await database.entriesOf(0))).toEqual(sorted(entries.map((e) => ({ ...e, seq: 0 }))));
      expect(await database.batches(0, 1)).toEqual([newBatch(0, entries)]);
    });

    test("makes the entries wait again whose batches the chain does not hold", async () => {
      const first = await seal(0, 2);
      const second = await seal(1, 2);
      const third = await seal(2, 2);
      await database.unseal(1);
      expect(await database.batches(0, 10)).toEqual([newBatch(0, first)]);
      expect(asSet(bytesOf(await database.unsealedEntries(10_000)))).toEqual(
        asSet(bytesOf([...second, ...third])),
      );
    });

    test("forgets an entry that names a filter with its batch: in another it would name a wrong one", async () => {
      const [own, other] = many(2) as [NewEntry, NewEntry];
      const entry = new Uint8Array([ENTRY_KINDS.filterDigest, ...new Uint8Array(32)]);
      const foreign = { ...newEntry(), leaf: leafHash(entry), entry };
      await database.restoreBatch(newBatch(0, [own, foreign]), [own, foreign]);
      await database.restoreBatch(newBatch(0, [own]), [own]);
      expect(await database.unsealedEntries(10_000)).toEqual([]);
      await database.restoreBatch(newBatch(1, [other, foreign]), [other, foreign]);
      await database.unseal(0);
      expect(asSet(bytesOf(await database.unsealedEntries(10_000)))).toEqual(asSet(bytesOf([own, other])));
    });

    test("forgets what has no bytes left and no batch, so that it is accepted again", async () => {
      const [entry] = (await seal(0, 1)) as [NewEntry];
      await database.deleteBytes(0);
      await database.unseal(0);
      expect(await database.findEntry(entry.leaf)).toBeUndefined();
      expect(await database.addEntries([entry], [])).toEqual([entry]);
    });

    test("finds no damage where there is none", async () => {
      await seal(0, 3);
      expect(await database.findDamage()).toEqual([]);
    });
  });

  test("a database belongs to the log that it was first bound to", async () => {
    expect(await database.bind("another log")).toBe("a log");
    expect(await database.bind("a log")).toBe("a log");
  });

  test("everything is there after it was closed and opened again", async () => {
    const entries = await seal(0, 3);
    const waiting = newEntry();
    await database.addEntries([waiting], []);
    await database.close();
    await database.close();
    await expect(database.backlog(1)).rejects.toMatchObject({ code: "DATABASE_UNAVAILABLE" });
    database = await open();
    expect(await database.bind("x")).toBe("a log");
    expect(await database.batches(0, 10)).toEqual([newBatch(0, entries)]);
    expect(await database.unsealedEntries(10_000)).toEqual(waitingOf(waiting));
  });
});
