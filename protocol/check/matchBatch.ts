import type { Batch } from "../batch/file.ts";
import { ENTRY_KINDS } from "../entry/entry.ts";
import { TocsinError } from "../errors.ts";
import { checkFilterEntry, filterLeaves, isFilterEntry } from "../filter/batchFilter.ts";
import { buildFilter } from "../filter/build.ts";
import { MAX_FILTER_TCNS } from "../filter/layout.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { AnchoredBatch } from "../log/state.ts";
import type { ContactTable } from "../match/contactTable.ts";
import { expandAll, type Ratchet } from "../match/expand.ts";
import { MAX_BATCH_TCNS } from "../match/limits.ts";
import { readRatchet } from "../match/readRatchet.ts";
import { pathIn } from "../tree/levels.ts";
import { verifyBatchRoot } from "./verifyBatch.ts";

/** What was met in some entries. */
export interface EntryCounts {
  /** Reports that were compared. */
  reports: number;
  /** Entries of kinds that this version does not know. */
  unknownEntries: number;
  /** Entries of kind 1 that are no report, or ask for more TCNs than a reader derives. */
  unreadableReports: number;
  /** Reports that were passed over, since those before them ask for as many TCNs as a reader derives for one batch. */
  excessReports: number;
}

/** An entry of a batch whose report covers some contacts, and its proof; its signature is not verified yet. */
export interface BatchHit {
  entry: Uint8Array;
  /** Numbers of the contact records, in the order of the report's indices. */
  records: number[];
  leaf: Uint8Array;
  index: number;
  /** Inclusion path, from the bottom up. */
  path: Uint8Array[];
}

export interface BatchMatch {
  counts: EntryCounts;
  /** Whether the batch names a filter that is not that of its reports: the relayer's lie to its light clients. */
  isFilterFalse: boolean;
  hits: BatchHit[];
}

/** What matchEntries found: each match by its entry's place. */
export interface EntriesMatch {
  counts: EntryCounts;
  matches: { place: number; records: number[] }[];
}

/**
 * Verifies a batch's file, whose CID was compared before, and compares every report in it with the contacts. Signatures
 * are not checked here: a forged report can only match by a TCN that somebody really sent, and is dropped when its hit is
 * verified, so that the result is the same as if all had been checked before.
 * @throws as verifyBatchRoot
 */
export function matchBatch(
  kernel: Kernel,
  contacts: ContactTable,
  file: Uint8Array,
  anchored: Pick<AnchoredBatch, "count" | "root">,
): BatchMatch {
  const { entries, leaves, levels } = verifyBatchRoot(file, anchored);
  const filters = entries.filter(isFilterEntry).length;
  const tcns = new TcnList(filters === 1 ? MAX_FILTER_TCNS : 0);
  const { counts, matches } = matchEntries(kernel, contacts, entries, filters === 1 ? tcns : undefined);
  counts.unknownEntries -= filters;
  const hits = matches.map(({ place, records }) => ({
    entry: (entries[place] as Uint8Array).slice(),
    records,
    leaf: (leaves[place] as Uint8Array).slice(),
    index: place,
    path: pathIn(levels, place),
  }));
  return { counts, isFilterFalse: filters > 0 && isFilterFalse({ entries, leaves }, tcns), hits };
}

function isFilterFalse(batch: Batch, tcns: TcnList): boolean {
  try {
    checkFilterEntry(batch.entries, tcns.isWhole ? buildFilter(tcns.words, filterLeaves(batch)) : undefined);
    return false;
  } catch (error) {
    if (error instanceof TocsinError) return true;
    throw error;
  }
}

/** TCNs one after the other, four words each, as long as there is room. */
class TcnList {
  isWhole = true;
  readonly #words: Uint32Array;
  #length = 0;

  constructor(capacity: number) {
    this.#words = new Uint32Array(4 * capacity);
  }

  get words(): Uint32Array {
    return this.#words.subarray(0, this.#length);
  }

  add(words: Uint32Array, at: number): void {
    if (this.#length === this.#words.length) this.isWhole = false;
    else for (let i = 0; i < 4; i++) this.#words[this.#length++] = words[at + i] as number;
  }
}

/**
 * Compares the reports in some entries with the contacts, in their order and as far as they ask for no more than
 * MAX_BATCH_TCNS together, so that hostile entries cost bounded time.
 * @param tcns is given every TCN
 * @returns `place` is the entry's place in `entries`; in this order
 */
export function matchEntries(
  kernel: Kernel,
  contacts: ContactTable,
  entries: readonly Uint8Array[],
  tcns?: TcnList,
): EntriesMatch {
  const counts: EntryCounts = { reports: 0, unknownEntries: 0, unreadableReports: 0, excessReports: 0 };
  const ratchets: (Ratchet & { place: number })[] = [];
  let asked = 0;
  entries.forEach((entry, place) => {
    if (entry[0] !== ENTRY_KINDS.signedReport) counts.unknownEntries++;
    else {
      const ratchet = readRatchet(entry);
      if (ratchet) {
        asked += ratchet.span;
        if (asked > MAX_BATCH_TCNS) counts.excessReports++;
        else ratchets.push({ ...ratchet, place });
      } else counts.unreadableReports++;
    }
  });
  counts.reports = ratchets.length;

  const found = new Map<number, number[]>();
  expandAll(kernel, ratchets, (words, at, ratchet) => {
    tcns?.add(words, at);
    let record = contacts.find(words, at);
    if (record < 0) return;
    const records = found.get(ratchet) ?? [];
    found.set(ratchet, records);
    for (; record >= 0; record = contacts.next(record)) records.push(record);
  });
  const matches = [...found].map(([ratchet, records]) => {
    const { place } = ratchets[ratchet] as (typeof ratchets)[number];
    return { place, records };
  });
  return { counts, matches: matches.sort((a, b) => a.place - b.place) };
}
