import { toHex } from "../bytes/hex.ts";
import { readReportEntry } from "../entry/entry.ts";
import type { DirectEntry } from "../log/direct.ts";
import { isAfter, type EventPlace } from "../log/events.ts";
import type { FoldedBatch } from "../log/fold.ts";
import type { ContactTable } from "../match/contactTable.ts";
import type { SignedReport } from "../report/report.ts";
import { ContactLists, type TcnContacts } from "./contactLists.ts";
import type { BatchHit, BatchMatch, EntriesMatch, EntryCounts } from "./matchBatch.ts";

/** A report that covers some contacts; its signature is not verified yet. */
export type Hit = {
  report: SignedReport;
  leaf: Uint8Array;
  /** When it became public, unix seconds. */
  anchoredAt: number;
  contacts: TcnContacts[];
} & (
  | { lane: "batch"; place: FoldedBatch; index: number; path: Uint8Array[] }
  | { lane: "direct"; place: DirectEntry }
);

/** Collects what matched in both lanes. */
export class HitCollector {
  readonly counts: EntryCounts = { reports: 0, unknownEntries: 0, unreadableReports: 0 };
  readonly #falseFilters: number[] = [];
  readonly #contacts: ContactLists;
  readonly #hits = new Map<string, Hit>();

  /** @param horizon unix seconds; contacts that were last seen before are not looked for */
  constructor(table: ContactTable, horizon: number) {
    this.#contacts = new ContactLists(table, horizon);
  }

  /** Batches, by seq, that name a filter that is not that of their reports. */
  get falseFilters(): number[] {
    return this.#falseFilters.toSorted((a, b) => a - b);
  }

  /** What was found up to now, each report once, in the order of the log. */
  get hits(): Hit[] {
    return [...this.#hits.values()].sort((a, b) => {
      if (isAfter(a.place, b.place)) return 1;
      return isAfter(b.place, a.place) ? -1 : indexOf(a) - indexOf(b);
    });
  }

  /** @returns those of the hits that cover a contact which is looked for */
  addBatch(
    { counts, isFilterFalse, hits }: Pick<BatchMatch, "counts" | "isFilterFalse" | "hits">,
    place: FoldedBatch,
    anchoredAt: number,
  ): BatchHit[] {
    this.#count(counts);
    if (isFilterFalse) this.#falseFilters.push(place.seq);
    return hits.filter(({ entry, records, leaf, index, path }) => {
      const contacts = this.#contacts.of(records);
      if (contacts.length === 0) return false;
      const report = readReportEntry(entry);
      this.#add({ lane: "batch", report, leaf, anchoredAt, contacts, place, index, path });
      return true;
    });
  }

  /** @param places of the entries that were compared, in their order, each with its time */
  addDirect(
    { counts, matches }: EntriesMatch,
    places: readonly { place: DirectEntry; anchoredAt: number }[],
  ): void {
    this.#count(counts);
    for (const match of matches) {
      const { place, anchoredAt } = places[match.place] as (typeof places)[number];
      const contacts = this.#contacts.of(match.records);
      if (contacts.length === 0) continue;
      const report = readReportEntry(place.entry);
      this.#add({ lane: "direct", report, leaf: place.leaf, anchoredAt, contacts, place });
    }
  }

  #count(counts: EntryCounts): void {
    for (const key of Object.keys(this.counts) as (keyof EntryCounts)[]) this.counts[key] += counts[key];
  }

  /** The same report may stand in the log more than once, in either lane: the first one says when it became public. */
  #add(hit: Hit): void {
    const key = toHex(hit.leaf);
    const known: EventPlace | undefined = this.#hits.get(key)?.place;
    if (!known || isAfter(known, hit.place)) this.#hits.set(key, hit);
  }
}

/** The entry's place in its batch or lane. */
function indexOf(hit: Hit): number {
  return hit.lane === "batch" ? hit.index : hit.place.index;
}
