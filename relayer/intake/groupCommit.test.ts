import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DatabaseError, type NewEntry } from "../ports/database.ts";
import { GroupCommit, MAX_GROUP } from "./groupCommit.ts";
import { MemoryEntries } from "./support/memoryEntries.ts";

function entryOf(number: number): NewEntry {
  const leaf = new Uint8Array(32);
  new DataView(leaf.buffer).setUint32(0, number);
  return { leaf, entry: leaf, receivedAt: number, deadline: number };
}
const numbers = (count: number): number[] => Array.from({ length: count }, (_, number) => number);
const full = new DatabaseError("STORAGE_FULL", "the disk is full");

describe("group commit", () => {
  it("makes what arrives together durable in one step, and what arrives meanwhile in the next", async () => {
    const database = new MemoryEntries();
    const commit = new GroupCommit(database);
    const release = database.hold();
    const first = numbers(5).map((number) => commit.add(entryOf(number)));
    await expect.poll(() => database.groups.length).toBe(1);
    const second = [
      ...numbers(7).map((number) => commit.add(entryOf(10 + number))),
      commit.addDummy(new Uint8Array(1)),
    ];
    release();
    await Promise.all([...first, ...second]);
    expect(database.groups).toEqual([
      { entries: 5, dummies: 0 },
      { entries: 7, dummies: 1 },
    ]);
  });

  it("acknowledges nothing before its step is durable", async () => {
    const database = new MemoryEntries();
    const commit = new GroupCommit(database);
    const release = database.hold();
    let acknowledged = 0;
    const added = numbers(3).map((number) => commit.add(entryOf(number)).then(() => acknowledged++));
    await expect.poll(() => database.groups.length).toBe(1);
    expect(acknowledged).toBe(0);
    release();
    await Promise.all(added);
    expect(acknowledged).toBe(3);
  });

  it("bounds its groups", async () => {
    const database = new MemoryEntries();
    const commit = new GroupCommit(database);
    await Promise.all(numbers(2 * MAX_GROUP + 1).map((number) => commit.add(entryOf(number))));
    expect(database.groups.map(({ entries }) => entries)).toEqual([MAX_GROUP, MAX_GROUP, 1]);
  });

  it("gives everybody the entry that is kept under their leaf", async () => {
    const operations = fc.array(fc.oneof(fc.nat(9), fc.constant("dummy" as const)), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(operations, fc.array(fc.nat(3)), async (items, pauses) => {
        const database = new MemoryEntries();
        const commit = new GroupCommit(database);
        const waiting: Promise<void>[] = [];
        for (const [index, item] of items.entries()) {
          if (item === "dummy") waiting.push(commit.addDummy(new Uint8Array(1)));
          else waiting.push(commit.add(entryOf(item)).then((kept) => expect(kept.receivedAt).toBe(item)));
          for (let turn = pauses[index] ?? 0; turn > 0; turn--)
            await new Promise((resolve) => setImmediate(resolve));
        }
        await Promise.all(waiting);
        const sum = (key: "entries" | "dummies"): number =>
          database.groups.reduce((total, group) => total + group[key], 0);
        const dummies = items.filter((item) => item === "dummy").length;
        expect([sum("entries"), sum("dummies")]).toEqual([items.length - dummies, dummies]);
        expect(database.size).toBe(new Set(items.filter((item) => item !== "dummy")).size);
      }),
    );
  });

  it.each([full, new Error("unforeseen")])(
    "tells the whole group that it failed, and goes on: %s",
    async (fault) => {
      const database = new MemoryEntries();
      const commit = new GroupCommit(database);
      database.fault = fault;
      const release = database.hold();
      const failed = [
        ...numbers(4).map((number) => commit.add(entryOf(number))),
        commit.addDummy(new Uint8Array(1)),
      ];
      const outcomes = Promise.allSettled(failed);
      await expect.poll(() => database.groups.length).toBe(1);
      const next = commit.add(entryOf(9));
      release();
      for (const outcome of await outcomes) expect(outcome).toEqual({ status: "rejected", reason: fault });
      await expect(next).rejects.toBe(fault);
      expect(database.size).toBe(0);

      database.fault = undefined;
      expect(await commit.add(entryOf(5))).toEqual(entryOf(5));
      expect(database.size).toBe(1);
    },
  );
});
