import { describe, expect, it } from "vitest";
import { buildBatch } from "../batch/build.ts";
import { cidDigestOf } from "../batch/digest.ts";
import { encodeBatchFile, sortEntries } from "../batch/file.ts";
import { encodeEntry, filterEntry, reportEntry } from "../entry/entry.ts";
import { createKernel } from "../kernel/kernel.ts";
import { MAX_SPAN } from "../match/limits.ts";
import { createSignedReport } from "../report/create.ts";
import { MAX_SIGNED_REPORT_LENGTH, tcnsOf, type SignedReport } from "../report/report.ts";
import { checkFilterEntry, filterFileOf, filterOfBatch } from "./batchFilter.ts";
import { encodeFilterFile } from "./file.ts";
import type { Filter } from "./filter.ts";
import { MAX_FILTER_TCNS } from "./layout.ts";
import { openFilter } from "./openFilter.ts";
import { pseudoWords, toWords } from "./support/tcnSets.ts";

const kernel = createKernel(undefined);
const signed = (person: number, j1: number, j2: number): SignedReport =>
  createSignedReport(new Uint8Array(32).fill(person), { j1, j2, memoType: 0, memo: new Uint8Array(20) });
const wordsOf = (report: SignedReport): Uint32Array => {
  const joined = tcnsOf(report);
  return toWords(Array.from({ length: joined.length / 16 }, (_, i) => joined.slice(16 * i, 16 * (i + 1))));
};
const entriesOf = (...reports: SignedReport[]): Uint8Array[] =>
  reports.map(({ bytes }) => reportEntry(bytes));
const filterOf = (entries: Uint8Array[]): Filter => filterOfBatch(sortEntries(entries), kernel)!;
const digestOf = (filter: Filter): Uint8Array => cidDigestOf(encodeFilterFile(filter));
const fails = (code: string): unknown => expect.objectContaining({ code });

const reports = [signed(1, 1, 24), signed(2, 5, 100), signed(3, 9, 9)];
const entries = entriesOf(...reports);
const filter = filterOf(entries);

describe("a batch's filter", () => {
  it("holds every TCN of every report, and no more", () => {
    expect(filter.count).toBe(24 + 96 + 1);
    for (const report of reports) {
      const words = wordsOf(report);
      for (let at = 0; at < words.length; at += 4) expect(filter.has(words, at)).toBe(true);
    }
    expect(filter.hasAny(wordsOf(signed(1, 25, 30)))).toBe(false);
  });

  it("is the same with its own entry in the batch, in whatever order entries came", () => {
    const entry = filterEntry(digestOf(filter));
    expect(filterOf([entry, ...entries].reverse())).toEqual(filter);
  });

  it("counts TCNs once that stand in two reports", () => {
    const overlapping = filterOf(entriesOf(signed(1, 1, 24), signed(1, 13, 36)));
    expect(overlapping.count).toBe(36);
  });

  it("covers reports of any signature, and leaves out what readers skip", () => {
    const forged = new Uint8Array(entries[0]!);
    forged[forged.length - 1]! ^= 1;
    const cut = entries[1]!.slice(0, -1);
    const long = entriesOf(signed(4, 1, MAX_SPAN + 1));
    const unknown = encodeEntry({ kind: 3, body: reports[1]!.bytes });
    const kept = filterOf([forged, cut, ...long, unknown, ...entriesOf(signed(5, 1, MAX_SPAN))]);
    expect(kept.count).toBe(24 + MAX_SPAN);
    expect(kept.hasAny(wordsOf(reports[0]!))).toBe(true);
    expect(kept.hasAny(wordsOf(reports[1]!))).toBe(false);
  });

  it("is empty without reports", () => {
    expect(filterOf([encodeEntry({ kind: 9, body: new Uint8Array(3) })]).count).toBe(0);
  });

  it("is none when the reports name too many TCNs, even the same ones", () => {
    const one = signed(6, 1, MAX_SPAN);
    // The signature says nothing here: it makes the entries differ.
    const same = Array.from({ length: Math.ceil(MAX_FILTER_TCNS / MAX_SPAN) }, (_, i) => {
      const bytes = new Uint8Array(one.bytes);
      new DataView(bytes.buffer).setUint32(bytes.length - 4, i);
      return reportEntry(bytes);
    });
    expect(same[0]!.length).toBeLessThan(MAX_SIGNED_REPORT_LENGTH);
    expect(filterOfBatch(sortEntries(same), kernel)).toBeUndefined();
    expect(filterOf(same.slice(1)).count).toBe(MAX_SPAN);
  });
});

describe("a filter file", () => {
  it("is published where it is shorter than the batch file without its entry, and is the same with that entry", () => {
    const twelve = entriesOf(...Array.from({ length: 12 }, (_, i) => signed(i + 1, 1, 24)));
    const file = filterFileOf(sortEntries(twelve), kernel)!;
    expect(file).toEqual(encodeFilterFile(filterOf(twelve)));
    expect(filterFileOf(sortEntries([...twelve, filterEntry(cidDigestOf(file))]), kernel)).toEqual(file);
  });

  it("is not where it is as long, whether its entry is there or not", () => {
    const one = sortEntries(entriesOf(signed(1, 1, 24)));
    const { length } = encodeFilterFile(filterOfBatch(one, kernel)!);
    const missing = length - encodeBatchFile(one).length;
    for (const [more, isPublished] of [
      [missing, false],
      [missing + 1, true],
    ] as const) {
      const other = encodeEntry({ kind: 9, body: new Uint8Array(more - 3) });
      const padded = sortEntries([...one.entries, other]);
      expect(encodeBatchFile(padded)).toHaveLength(length + more - missing);
      const named = sortEntries([...padded.entries, filterEntry(new Uint8Array(32))]);
      for (const batch of [padded, named]) {
        expect(filterFileOf(batch, kernel) !== undefined, `${more}`).toBe(isPublished);
      }
    }
  });
});

describe("a full check", () => {
  it("accepts a batch with its filter's entry, and one with none", () => {
    expect(() => {
      checkFilterEntry(entries, filter);
      checkFilterEntry([...entries, filterEntry(digestOf(filter))], filter);
      checkFilterEntry([...entries, encodeEntry({ kind: 3, body: new Uint8Array(32) })], filter);
    }).not.toThrow();
  });

  it("exposes a relayer whose filter leaves a report out", () => {
    const lie = filterEntry(digestOf(filterOf(entries.slice(1))));
    const batch = sortEntries([...entries, lie]);
    expect(() => checkFilterEntry(batch.entries, filterOfBatch(batch, kernel))).toThrow(
      fails("FILTER_MISMATCH"),
    );
  });

  it("exposes two filters, one where none can be, and an entry of another form", () => {
    const entry = filterEntry(digestOf(filter));
    const other = filterEntry(new Uint8Array(32));
    expect(() => checkFilterEntry([entry, other], filter)).toThrow(fails("FILTER_DUPLICATE"));
    expect(() => checkFilterEntry([entry], undefined)).toThrow(fails("FILTER_MISMATCH"));
    for (const wrong of [entry.slice(0, -1), entry.slice(0, 1), new Uint8Array([...entry, 0])])
      expect(() => checkFilterEntry([wrong], filter)).toThrow(fails("FILTER_MISMATCH"));
  });
});

describe("a light client", () => {
  const digest = digestOf(filter);
  const batch = buildBatch([...entries, filterEntry(digest)]);
  const anchored = { root: batch.tree.root, count: batch.entries.length };
  const index = batch.entries.findIndex(([kind]) => kind === 2);
  const proof = { digest, index, path: batch.tree.path(index) };
  const file = encodeFilterFile(filter);

  it("opens the filter that the anchored root commits", () => {
    const opened = openFilter(anchored, proof, file);
    expect(opened.hasAny(wordsOf(reports[2]!))).toBe(true);
    expect(opened.hasAny(pseudoWords(400, 3))).toBe(false);
  });

  it("refuses another file, digest, place or root", () => {
    const changed = new Uint8Array(file);
    changed[file.length - 1]! ^= 1;
    expect(() => openFilter(anchored, proof, changed)).toThrow(fails("FILTER_MISMATCH"));
    const notIncluded = fails("PROOF_NOT_INCLUDED");
    const forged = { ...proof, digest: cidDigestOf(changed) };
    expect(() => openFilter(anchored, forged, changed)).toThrow(notIncluded);
    expect(() => openFilter(anchored, { ...proof, index: (index + 1) % anchored.count }, file)).toThrow(
      notIncluded,
    );
    expect(() => openFilter({ ...anchored, root: digest }, proof, file)).toThrow(notIncluded);
  });

  it("refuses a committed file that is no filter", () => {
    const junk = new Uint8Array(40);
    const lie = buildBatch([...entries, filterEntry(cidDigestOf(junk))]);
    const at = lie.entries.findIndex(([kind]) => kind === 2);
    const junkProof = { digest: cidDigestOf(junk), index: at, path: lie.tree.path(at) };
    const root = { root: lie.tree.root, count: lie.entries.length };
    expect(() => openFilter(root, junkProof, junk)).toThrow(fails("FILTER_INVALID"));
  });
});
