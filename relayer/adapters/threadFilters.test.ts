import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sortEntries, type Batch } from "@tocsin/protocol/batch/file.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import { filterFileOf } from "@tocsin/protocol/filter/batchFilter.ts";
import { sharedKernel } from "@tocsin/protocol/kernel/sharedKernel.ts";
import { encodeReport, SIGNATURE_LENGTH } from "@tocsin/protocol/report/report.ts";
import { killThread } from "../../test/support/killThread.ts";
import { FilterError } from "../ports/filterMaker.ts";
import { ThreadFilters } from "./threadFilters.ts";

/** A batch of this many reports, 24 contact numbers each. Their signatures say nothing here. */
function batchOf(reports: number): Batch {
  const entries = Array.from({ length: reports }, (_, i) => {
    const memo = new Uint8Array(20).fill(i & 255).fill(i >> 8, 10);
    const [rvk, tckBeforeJ1] = [new Uint8Array(32).fill(i), new Uint8Array(32)];
    const report = encodeReport({ rvk, tckBeforeJ1, j1: 1, j2: 24, memoType: 0, memo });
    return reportEntry(new Uint8Array([...report, ...new Uint8Array(SIGNATURE_LENGTH)]));
  });
  return sortEntries(entries);
}

describe("a thread that makes filters", () => {
  let filters: ThreadFilters;
  const sent = vi.spyOn(Worker.prototype, "postMessage");
  const crashed = vi.fn<(cause: unknown) => void>();
  beforeEach(() => {
    sent.mockClear();
    crashed.mockClear();
    filters = new ThreadFilters(crashed);
  });
  afterEach(() => filters.close());

  it("makes those that the protocol makes, and none where there is none, however many are asked for at once", async () => {
    const batches = [1, 2, 40, 1, 13].map(batchOf);
    const expected = batches.map((batch) => filterFileOf(batch, sharedKernel()));
    expect(expected.map((file) => file !== undefined)).toEqual([false, true, true, false, true]);
    expect(await Promise.all(batches.map((batch) => filters.make(batch)))).toEqual(expected);
    expect(sent).toHaveBeenCalledTimes(1);
  });

  it("does not make one again that it made just before", async () => {
    const batches = Array.from({ length: 6 }, (_, i) => batchOf(i + 2));
    for (const batch of batches) await filters.make(batch);
    expect(sent).toHaveBeenCalledTimes(6);
    expect(await filters.make(batches[5]!)).toEqual(filterFileOf(batches[5]!, sharedKernel()));
    expect(sent).toHaveBeenCalledTimes(6);
    await filters.make(batches[0]!);
    expect(sent).toHaveBeenCalledTimes(7);
  });

  it("that is killed fails what it had, and makes what comes next", async () => {
    await filters.make(batchOf(2));
    sent.mockImplementationOnce(killThread);
    await expect(filters.make(batchOf(2_000))).rejects.toThrow(FilterError);
    expect(crashed).toHaveBeenCalledTimes(1);
    expect(await filters.make(batchOf(3))).toEqual(filterFileOf(batchOf(3), sharedKernel()));
  });

  it("keeps its process alive until it has answered, and no longer", async () => {
    const [adapter, build] = ["./threadFilters.ts", "../../protocol/batch/file.ts"].map((path) =>
      JSON.stringify(new URL(path, import.meta.url)),
    );
    const entries = JSON.stringify(batchOf(20).entries.map(toHex));
    const script = `
      const { ThreadFilters } = await import(${adapter});
      const { sortEntries } = await import(${build});
      const filters = new ThreadFilters(() => undefined);
      const entries = ${entries}.map((hex) => new Uint8Array(Buffer.from(hex, "hex")));
      for (let i = 0; i < 2; i++) console.log((await filters.make(sortEntries(entries))).length);`;
    const run = promisify(execFile)(process.execPath, ["--eval", script]);
    const { length } = filterFileOf(batchOf(20), sharedKernel())!;
    expect((await run).stdout).toBe(`${length}\n${length}\n`);
  });

  it("makes nothing any more once it is closed", async () => {
    await filters.close();
    await expect(filters.make(batchOf(2))).rejects.toThrow(FilterError);
    expect(crashed).not.toHaveBeenCalled();
  });
});
