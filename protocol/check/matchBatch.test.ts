import { beforeEach, describe, expect, it } from "vitest";
import { buildBatch } from "../batch/build.ts";
import { cidDigestOf } from "../batch/digest.ts";
import { sortEntries } from "../batch/file.ts";
import { encodeEntry, filterEntry, reportEntry } from "../entry/entry.ts";
import { filterOfBatch } from "../filter/batchFilter.ts";
import { encodeFilterFile } from "../filter/file.ts";
import { compileKernel, createKernel } from "../kernel/kernel.ts";
import { ContactTable } from "../match/contactTable.ts";
import { MAX_BATCH_TCNS, MAX_SPAN } from "../match/limits.ts";
import { encodeReport, SIGNATURE_LENGTH } from "../report/report.ts";
import { expandTcns } from "../tcn/ratchet.ts";
import { verifyInclusion } from "../tree/proof.ts";
import { matchBatch, matchEntries, type BatchMatch } from "./matchBatch.ts";

const rvk = new Uint8Array(32).fill(1);
const keyOf = (person: number): Uint8Array => new Uint8Array(32).fill(person);
/** The reports' signatures are zeros: matching does not look at them. */
function entryOf(person: number, j1: number, j2: number, memo = new Uint8Array()): Uint8Array {
  const report = encodeReport({ rvk, tckBeforeJ1: keyOf(person), j1, j2, memoType: 0, memo });
  return reportEntry(new Uint8Array([...report, ...new Uint8Array(SIGNATURE_LENGTH)]));
}
function tableOf(...tcns: Uint8Array[]): ContactTable {
  return ContactTable.from(tcns.map((tcn, i) => ({ tcn, firstSeen: i, lastSeen: i, samples: 1 })));
}
const tcnOf = (person: number, j1: number, index: number): Uint8Array =>
  expandTcns(rvk, keyOf(person), j1, index).slice(-16);

describe.each([
  ["simd", compileKernel()],
  ["js", undefined],
] as const)("matching with the %s kernel", (name, module) => {
  const kernel = createKernel(module);
  it("is what its name says", () => {
    expect(kernel.name).toBe(name);
  });

  it("finds the numbers j1 to j2, both included, and no others, among reports of unequal lengths", () => {
    const numbers = Array.from({ length: 130 }, (_, i) => tcnOf(3, 4, 4 + i));
    const contacts = tableOf(...numbers, tcnOf(9, 1, 1));
    const entries = [
      entryOf(2, 1, 200),
      entryOf(3, 4, 100),
      entryOf(5, 1, 1),
      entryOf(6, 60_000, 60_070),
      entryOf(9, 1, 3),
    ];
    const { counts, matches } = matchEntries(kernel, contacts, entries);
    expect(counts).toEqual({ reports: 5, unknownEntries: 0, unreadableReports: 0 });
    expect(matches).toEqual([
      { place: 1, records: Array.from({ length: 97 }, (_, i) => i) },
      { place: 4, records: [130] },
    ]);
  });

  it("finds a number that was seen more than once by its first record", () => {
    const tcn = tcnOf(3, 1, 2);
    expect(matchEntries(kernel, tableOf(tcn, tcn, tcn), [entryOf(3, 1, 2)]).matches).toEqual([
      { place: 0, records: [0] },
    ]);
  });

  it("proves each hit of a batch", () => {
    const { file, tree, entries } = buildBatch(Array.from({ length: 21 }, (_, i) => entryOf(i + 1, 1, 2)));
    const anchored = { count: 21, root: tree.root };
    const { hits } = matchBatch(kernel, tableOf(tcnOf(4, 1, 1), tcnOf(9, 1, 2)), file, anchored);
    expect(hits).toHaveLength(2);
    for (const { entry, leaf, index, path } of hits) {
      expect(entry).toEqual(entries[index]);
      verifyInclusion(tree.root, 21, leaf, index, path);
    }
  });

  it("tells a filter that is not that of the batch's reports, and takes no notice of it else", () => {
    const reports = [entryOf(1, 1, 24), entryOf(2, 5, 300), entryOf(3, 1, 1)];
    const filter = filterOfBatch(sortEntries(reports), kernel)!;
    const right = filterEntry(cidDigestOf(encodeFilterFile(filter)));
    const wrong = filterEntry(new Uint8Array(32));
    const matchOf = (...filters: Uint8Array[]): BatchMatch => {
      const { file, tree, entries } = buildBatch([...reports, ...filters]);
      return matchBatch(kernel, tableOf(tcnOf(2, 5, 9)), file, { count: entries.length, root: tree.root });
    };
    const answers = [matchOf(), matchOf(right), matchOf(wrong), matchOf(right, wrong)];
    expect(answers.map(({ isFilterFalse }) => isFilterFalse)).toEqual([false, false, true, true]);
    for (const { counts, hits } of answers) {
      expect(counts).toMatchObject({ reports: 3, unknownEntries: 0 });
      expect(hits.map(({ records }) => records)).toEqual([[0]]);
    }
  });

  it("passes over what is no report, or asks for too much, and counts it", () => {
    const truncated = entryOf(1, 1, 1).slice(0, -1);
    const entries = [
      encodeEntry({ kind: 7, body: new Uint8Array(3) }),
      truncated,
      entryOf(1, 1, MAX_SPAN + 1),
      entryOf(1, 1, MAX_SPAN),
    ];
    expect(matchEntries(kernel, tableOf(tcnOf(1, 1, 1)), entries)).toMatchObject({
      counts: { reports: 1, unknownEntries: 1, unreadableReports: 2 },
      matches: [{ place: 3, records: [0] }],
    });
  });
});

describe("a hostile batch", () => {
  const derived = { steps: 0 };
  const kernel = {
    ...createKernel(undefined),
    load: () => undefined,
    expand: (steps: number): Uint32Array => {
      derived.steps += steps;
      return new Uint32Array(4 * 4 * steps);
    },
  };
  const reportsOf = (count: number, span: number): Uint8Array[] =>
    Array.from({ length: count }, (_, i) => entryOf(1, 1, span, new Uint8Array([i & 255, i >> 8])));
  beforeEach(() => {
    derived.steps = 0;
  });

  it("of reports that ask for all numbers of a key costs nothing", () => {
    const { counts } = matchEntries(kernel, tableOf(), reportsOf(5_000, 65_535));
    expect(counts).toMatchObject({ reports: 0, unreadableReports: 5_000 });
    expect(derived.steps).toBe(0);
  });

  it("is refused whole, before anything is derived, where its reports ask for too much together", () => {
    const most = Math.floor(MAX_BATCH_TCNS / MAX_SPAN);
    const { counts } = matchEntries(kernel, tableOf(), reportsOf(most, MAX_SPAN));
    expect(counts.reports).toBe(most);
    expect(derived.steps * 4).toBeGreaterThanOrEqual(most * MAX_SPAN);
    derived.steps = 0;
    expect(() => matchEntries(kernel, tableOf(), reportsOf(most + 1, MAX_SPAN))).toThrow(
      expect.objectContaining({ code: "BATCH_TCNS_EXCEEDED" }),
    );
    expect(derived.steps).toBe(0);
  });
});
