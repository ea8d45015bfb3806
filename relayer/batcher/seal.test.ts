import { beforeEach, describe, expect, it } from "vitest";
import { buildBatch } from "@tocsin/protocol/batch/build.ts";
import { cidDigestOf } from "@tocsin/protocol/batch/digest.ts";
import { batchFileLength, MAX_BATCH_FILE_LENGTH, sortEntries } from "@tocsin/protocol/batch/file.ts";
import { filterEntry, reportEntry } from "@tocsin/protocol/entry/entry.ts";
import { filterOfBatch } from "@tocsin/protocol/filter/batchFilter.ts";
import { encodeFilterFile } from "@tocsin/protocol/filter/file.ts";
import { sharedKernel } from "@tocsin/protocol/kernel/sharedKernel.ts";
import { MAX_BATCH_TCNS } from "@tocsin/protocol/match/limits.ts";
import { encodeReport, SIGNATURE_LENGTH } from "@tocsin/protocol/report/report.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import type { BatchRecord } from "../ports/database.ts";
import { LogHistory } from "../publisher/history.ts";
import { MemoryDatabase } from "../publisher/support/memoryDatabase.ts";
import { rebuildFile } from "./rebuild.ts";
import { Sealer } from "./seal.ts";
import { LocalFilters } from "./support/localFilters.ts";

const OPTIONS = { sealEvery: 900, sealAtLeast: 10, sealWithin: 14_400, sealAt: 100 };
const TURN = 900 * 2_000_000;

let database: MemoryDatabase;
let history: LogHistory;
let filters: LocalFilters;
let now: number;
let accepted: number;

beforeEach(async () => {
  database = new MemoryDatabase();
  await database.lead();
  history = new LogHistory(new Uint8Array(20));
  filters = new LocalFilters();
  now = TURN + 100;
  accepted = 0;
});

const newSealer = (): Sealer => new Sealer(database, history, filters, { now: () => now }, OPTIONS);

async function accept(count: number, length = 20): Promise<void> {
  const entries = Array.from({ length: count }, () => {
    const entry = new Uint8Array(length);
    new DataView(entry.buffer).setUint32(1, accepted++);
    return { leaf: leafHash(entry), entry, receivedAt: now, deadline: now + 86_400 };
  });
  await database.addEntries(entries);
}

/** @returns how many of the entries that waited each batch took */
async function seal(sealer: Sealer): Promise<number[]> {
  const sealed: number[] = [];
  await sealer.round(({ seq }) => sealed.push(seq));
  return Promise.all(sealed.map(async (seq) => (await database.entriesOf(seq)).length));
}

/** Waiting reports of this many contact numbers each. */
async function acceptReports(count: number, span: number): Promise<Uint8Array[]> {
  const reports = Array.from({ length: count }, () => {
    const [rvk, tckBeforeJ1] = [new Uint8Array(32), new Uint8Array(32)];
    const memo = new Uint8Array([accepted >> 8, accepted++ & 255]);
    const report = encodeReport({ rvk, tckBeforeJ1, j1: 1, j2: span, memoType: 0, memo });
    const entry = reportEntry(new Uint8Array([...report, ...new Uint8Array(SIGNATURE_LENGTH)]));
    return { leaf: leafHash(entry), entry, receivedAt: now, deadline: now + 86_400 };
  });
  await database.addEntries(reports);
  return reports.map(({ entry }) => entry);
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
    const sealer = new Sealer(database, history, filters, { now: () => now }, { ...OPTIONS, sealAt: 10_000 });
    await acceptReports(most + 5, span);
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

describe("a sealed batch", () => {
  async function sealOne(
    count: number,
    span: number,
  ): Promise<{ batch: BatchRecord; entries: Uint8Array[] }> {
    const entries = await acceptReports(count, span);
    now = TURN + 15_300;
    await seal(newSealer());
    const [batch, ...more] = await database.batches(0, 10);
    expect(more).toEqual([]);
    return { batch: batch!, entries };
  }

  it("names the filter of its reports in an entry that root, file and count have, and the database has not", async () => {
    const { batch, entries } = await sealOne(12, 24);
    const filter = encodeFilterFile(filterOfBatch(sortEntries(entries), sharedKernel())!);
    const whole = buildBatch([...entries, filterEntry(cidDigestOf(filter))]);
    expect(batch).toMatchObject({
      filterDigest: cidDigestOf(filter),
      count: 13,
      root: whole.tree.root,
      cidDigest: whole.cidDigest,
    });
    expect(history.state.total).toBe(13);
    expect(await database.entriesOf(0)).toHaveLength(12);
  });

  it("has no filter where its file would not be shorter than the batch's", async () => {
    const { batch, entries } = await sealOne(1, 24);
    expect(filters.asked).toBe(1);
    expect(batch.filterDigest).toBeUndefined();
    expect(batch).toMatchObject({ count: 1, cidDigest: buildBatch(entries).cidDigest });
  });

  it("goes without a filter where none can be made now: reports were promised to be anchored", async () => {
    filters.fails = true;
    const { batch, entries } = await sealOne(12, 24);
    expect(batch.filterDigest).toBeUndefined();
    expect(batch).toMatchObject({ count: 12, cidDigest: buildBatch(entries).cidDigest });
  });

  it("has room for its filter's entry however full it is", async () => {
    const entry = 2 + 60_000;
    // All but the last fill the file to one byte less than that entry needs.
    const last = MAX_BATCH_FILE_LENGTH - batchFileLength([]) - 17 * entry - 2;
    await accept(17, 60_000);
    await accept(1, last - 34);
    now = TURN + 14_400;
    expect(await seal(newSealer())).toEqual([17, 1]);
    await accept(17, 60_000);
    await accept(1, last - 35);
    now = TURN + 28_800;
    expect(await seal(newSealer())).toEqual([18]);
    const bytes = await database.entryBytesOf(2);
    const batch = (await database.batches(2, 1))[0]!;
    expect(await rebuildFile(sortEntries(bytes!), batch)).toHaveLength(MAX_BATCH_FILE_LENGTH);
  });
});
