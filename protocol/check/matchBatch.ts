import type { Batch } from "../batch/file.ts";
import { ENTRY_KINDS } from "../entry/entry.ts";
import { TocsinError } from "../errors.ts";
import { checkFilterEntry, filterOf, isFilterEntry } from "../filter/batchFilter.ts";
import { MAX_FILTER_TCNS } from "../filter/layout.ts";
import { TcnList } from "../filter/tcnList.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { AnchoredBatch } from "../log/state.ts";
import type { ContactTable } from "../match/contactTable.ts";
import { expandAll, type Ratchet } from "../match/expand.ts";
import { MAX_BATCH_TCNS, MAX_SPAN } from "../match/limits.ts";
import { readRatchet } from "../match/readRatchet.ts";
import { pathIn } from "../tree/levels.ts";
import { DISCLOSED_WORDS } from "./disclosed.ts";
import { verifyBatchRoot } from "./verifyBatch.ts";

/** Entries that are compared in one step where anybody may add to their number: never too many for MAX_BATCH_TCNS. */
export const ENTRIES_AT_ONCE = Math.floor(MAX_BATCH_TCNS / MAX_SPAN);

/** What was met in some entries. */
export interface EntryCounts {
  /** Reports that were compared. */
  reports: number;
  /** Entries of kinds that this version does not know. */
  unknownEntries: number;
  /** Entries of kind 1 that are no report, or ask for more TCNs than a reader derives. */
  unreadableReports: number;
}

/** An entry of a batch whose report covers some contacts, and its proof; its signature is not verified yet. */
export interface BatchHit {
  entry: Uint8Array;
  /** For each of the report's TCNs that contacts have the number of the first one's record. */
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
  /** For each report that was compared the first eight bytes of its last TCN, and j1 and j2: see disclosed.ts. */
  disclosed: Uint32Array;
  hits: BatchHit[];
}

/** What matchEntries found: each match by its entry's place. */
export interface EntriesMatch {
  counts: EntryCounts;
  /** As BatchMatch has it. */
  disclosed: Uint32Array;
  /** `records` as BatchHit has them, in the order of the report's indices. */
  matches: { place: number; records: number[] }[];
}

/**
 * Verifies a batch's file, whose CID was compared before, and compares every report in it with the contacts. Signatures
 * are not checked here: a forged report can only match by a TCN that somebody really sent, and is dropped when its hit is
 * verified, so that the result is the same as if all had been checked before.
 * @throws as verifyBatchRoot and matchEntries
 */
export function matchBatch(
  kernel: Kernel,
  contacts: ContactTable,
  file: Uint8Array,
  anchored: Pick<AnchoredBatch, "count" | "root">,
): BatchMatch {
  const { entries, leaves, levels } = verifyBatchRoot(file, anchored);
  const filters = entries.filter(isFilterEntry).length;
  const tcns = filters === 0 ? undefined : new TcnList(MAX_FILTER_TCNS);
  const { counts, disclosed, matches } = matchEntries(kernel, contacts, entries, tcns);
  const hits = matches.map(({ place, records }) => ({
    entry: (entries[place] as Uint8Array).slice(),
    records,
    leaf: (leaves[place] as Uint8Array).slice(),
    index: place,
    path: pathIn(levels, place),
  }));
  return {
    counts: { ...counts, unknownEntries: counts.unknownEntries - filters },
    isFilterFalse: tcns !== undefined && isFilterFalse({ entries, leaves }, tcns),
    disclosed,
    hits,
  };
}

function isFilterFalse(batch: Batch, tcns: TcnList): boolean {
  try {
    checkFilterEntry(batch.entries, filterOf(batch, tcns));
    return false;
  } catch (error) {
    if (error instanceof TocsinError) return true;
    throw error;
  }
}

/**
 * Compares the reports in some entries with the contacts. What asks for too much is refused whole: to pass over a part of
 * it would let a relayer hide a report behind others that it made up.
 * @param tcns is given every TCN
 * @returns `place` is the entry's place in `entries`; in this order
 * @throws BATCH_TCNS_EXCEEDED, before anything is derived, where the reports ask for more than MAX_BATCH_TCNS together
 */
export function matchEntries(
  kernel: Kernel,
  contacts: ContactTable,
  entries: readonly Uint8Array[],
  tcns?: TcnList,
): EntriesMatch {
  const counts: EntryCounts = { reports: 0, unknownEntries: 0, unreadableReports: 0 };
  const ratchets: (Ratchet & { place: number })[] = [];
  let asked = 0;
  entries.forEach((entry, place) => {
    if (entry[0] !== ENTRY_KINDS.signedReport) counts.unknownEntries++;
    else {
      const ratchet = readRatchet(entry);
      if (ratchet) ratchets.push({ ...ratchet, place });
      else counts.unreadableReports++;
      asked += ratchet?.span ?? 0;
    }
  });
  if (asked > MAX_BATCH_TCNS) {
    throw new TocsinError(
      "BATCH_TCNS_EXCEEDED",
      `the batch's reports ask for ${asked} contact numbers, more than ${MAX_BATCH_TCNS}`,
    );
  }
  counts.reports = ratchets.length;

  const found = new Map<number, number[]>();
  const disclosed = new Uint32Array(ratchets.length * DISCLOSED_WORDS);
  ratchets.forEach(({ j1, span }, ratchet) => {
    disclosed[ratchet * DISCLOSED_WORDS + 2] = j1 | ((j1 + span - 1) << 16);
  });
  expandAll(kernel, ratchets, (words, at, ratchet) => {
    tcns?.add(words, at);
    // The last one stays.
    disclosed[ratchet * DISCLOSED_WORDS] = words[at]!;
    disclosed[ratchet * DISCLOSED_WORDS + 1] = words[at + 1]!;
    const record = contacts.find(words, at);
    if (record < 0) return;
    const records = found.get(ratchet) ?? [];
    found.set(ratchet, records);
    records.push(record);
  });
  const matches = [...found].map(([ratchet, records]) => {
    const { place } = ratchets[ratchet] as (typeof ratchets)[number];
    return { place, records };
  });
  return { counts, disclosed, matches: matches.sort((a, b) => a.place - b.place) };
}
