import { beforeEach, describe, expect, it } from "vitest";
import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import { MAX_BATCH_TCNS } from "@tocsin/protocol/match/limits.ts";
import { encodeReport, SIGNATURE_LENGTH } from "@tocsin/protocol/report/report.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import { LogHistory } from "../publisher/history.ts";
import { MemoryDatabase } from "../publisher/support/memoryDatabase.ts";
import { Sealer } from "./seal.ts";

const OPTIONS = { sealEvery: 900, sealAtLeast: 10, sealWithin: 14_400, sealAt: 100 };
const TURN = 900 * 2_000_000;

let database: MemoryDatabase;
let history: LogHistory;
let now: number;
let accepted: number;

beforeEach(async () => {
  database = new MemoryDatabase();
  await database.lead();
  history = new LogHistory(new Uint8Array(20));
  now = TURN + 100;
  accepted = 0;
});

const newSealer = (): Sealer => new Sealer(database, history, { now: () => now }, OPTIONS);

async function accept(count: number, length = 20): Promise<void> {
  const entries = Array.from({ length: count }, () => {
    const entry = new Uint8Array(length);
    new DataView(entry.buffer).setUint32(1, accepted++);
    return { leaf: leafHash(entry), entry, receivedAt: now, deadline: now + 86_400 };
  });
  await database.addEntries(entries);
}

async function seal(sealer: Sealer): Promise<number[]> {
  const counts: number[] = [];
  await sealer.round(({ count }) => counts.push(count));
  return counts;
}

describe("sealing", () => {
  it("waits for the turn, then takes all that waits", async () => {
    const sealer = newSealer();
    await accept(10);
    expect(await seal(sealer)).toEqual([]);
    now = TURN + 899;
    await accept(5);
    expect(await seal(sealer)).toEqual([]);
    now = TURN + 900;
    expect(await seal(sealer)).toEqual([15]);
    expect(await seal(sealer)).toEqual([]);
  });

  it("ends a batch where its reports ask for more contact numbers than readers derive for one", async () => {
    const span = 1_345;
    const most = Math.floor(MAX_BATCH_TCNS / span);
    const reports = Array.from({ length: most + 5 }, (_, i) => {
      const [rvk, tckBeforeJ1] = [new Uint8Array(32), new Uint8Array(32)];
      const memo = new Uint8Array([i >> 8, i & 255]);
      const report = encodeReport({ rvk, tckBeforeJ1, j1: 1, j2: span, memoType: 0, memo });
      const entry = reportEntry(new Uint8Array([...report, ...new Uint8Array(SIGNATURE_LENGTH)]));
      return { leaf: leafHash(entry), entry, receivedAt: now, deadline: now + 86_400 };
    });
    const sealer = new Sealer(database, history, { now: () => now }, { ...OPTIONS, sealAt: 10_000 });
    await database.addEntries(reports);
    now = TURN + 900;
    expect(await seal(sealer)).toEqual([most, 5]);
  });

  it("does not seal because one report more came", async () => {
    const sealer = newSealer();
    await accept(9);
    now = TURN + 900;
    expect(await seal(sealer)).toEqual([]);
    await accept(1);
    now += 10;
    expect(await seal(sealer), "ten wait, but the turn is over").toEqual([]);
    now = TURN + 1_800;
    expect(await seal(sealer)).toEqual([10]);
  });

  it("takes even one report at a turn when it has waited long enough", async () => {
    const sealer = newSealer();
    await accept(1);
    now = TURN + 100 + 14_399;
    expect(await seal(sealer)).toEqual([]);
    now = TURN + 100 + 14_400;
    expect(await seal(sealer), "in its turn only").toEqual([]);
    now = TURN + 15_300;
    expect(await seal(sealer)).toEqual([1]);
  });

  it("takes many between turns, and what fills a file", async () => {
    const sealer = newSealer();
    await accept(99);
    expect(await seal(sealer)).toEqual([]);
    await accept(1);
    expect(await seal(sealer)).toEqual([100]);
    await accept(40, 60_000);
    expect(await seal(sealer), "two files of 17 are full, six reports wait").toEqual([17, 17]);
  });

  it("seals several batches at a turn where they need several files", async () => {
    const sealer = newSealer();
    await accept(1);
    await seal(sealer);
    await accept(20, 60_000);
    now = TURN + 900;
    const counts = await seal(sealer);
    expect(counts.reduce((a, b) => a + b)).toBe(21);
    expect((await database.backlog(10)).count).toBe(0);
  });

  it("looks once at a turn that passed while no process ran", async () => {
    await accept(12);
    now = TURN + 1_000;
    expect(await seal(newSealer())).toEqual([12]);
    await accept(12);
    expect(await seal(newSealer())).toEqual([]);
  });

  it("takes a turn when the clock is set back, and never lets a batch be older than the one before", async () => {
    const sealer = newSealer();
    await accept(10);
    now = TURN + 900;
    expect(await seal(sealer)).toEqual([10]);
    await accept(1);
    now = TURN - 50_000;
    expect(await seal(sealer), "its receipt lies in the future").toEqual([1]);
    const batches = await database.batches(0, 10);
    expect(batches.map(({ sealedAt }) => sealedAt)).toEqual([TURN + 900, TURN + 900]);
    expect(batches.map(({ oldestReceivedAt }) => oldestReceivedAt)).toEqual([TURN + 100, TURN + 900]);
  });
});
