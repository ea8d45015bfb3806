import { toHex } from "../bytes/hex.ts";
import { readReportEntry } from "../entry/entry.ts";
import type { DirectEntry } from "../log/direct.ts";
import { isAfter, type EventPlace } from "../log/events.ts";
import type { FoldedBatch } from "../log/fold.ts";
import type { ContactRecord } from "../match/contactRecords.ts";
import type { ContactTable } from "../match/contactTable.ts";
import type { SignedReport } from "../report/report.ts";
import type { BatchMatch, EntriesMatch, EntryCounts } from "./matchBatch.ts";

/** A report that covers some contacts; its signature is not verified yet. */
export type Hit = {
  report: SignedReport;
  leaf: Uint8Array;
  /** When it became public, unix seconds. */
  anchoredAt: number;
  contacts: ContactRecord[];
} & (
  | { lane: "batch"; place: FoldedBatch; index: number; path: Uint8Array[] }
  | { lane: "direct"; place: DirectEntry }
);

/** Collects what matched in both lanes. */
export class HitCollector {
  readonly counts: EntryCounts = { reports: 0, unknownEntries: 0, unreadableReports: 0 };
  /** Batches, by seq, that name a filter that is not that of their reports. */
  readonly falseFilters: number[] = [];
  readonly #table: ContactTable;
  readonly #horizon: number;
  readonly #hits = new Map<string, Hit>();
  /** A record that several reports cover is one object, so that it is told from others that are equal. */
  readonly #contacts = new Map<number, ContactRecord>();

  /** @param horizon unix seconds; contacts that were last seen before are not looked for */
  constructor(table: ContactTable, horizon: number) {
    this.#table = table;
    this.#horizon = horizon;
  }

  /** What was found up to now, each report once. */
  get hits(): Hit[] {
    return [...this.#hits.values()];
  }

  addBatch({ counts, isFilterFalse, hits }: BatchMatch, place: FoldedBatch, anchoredAt: number): void {
    this.#count(counts);
    if (isFilterFalse) this.falseFilters.push(place.seq);
    for (const { entry, records, leaf, index, path } of hits) {
      const contacts = this.#recent(records);
      if (contacts.length === 0) continue;
      const report = readReportEntry(entry);
      this.#add({ lane: "batch", report, leaf, anchoredAt, contacts, place, index, path });
    }
  }

  /** @param places of the entries that were compared, in their order, each with its time */
  addDirect(
    { counts, matches }: EntriesMatch,
    places: readonly { place: DirectEntry; anchoredAt: number }[],
  ): void {
    this.#count(counts);
    for (const match of matches) {
      const { place, anchoredAt } = places[match.place] as (typeof places)[number];
      const contacts = this.#recent(match.records);
      if (contacts.length === 0) continue;
      const report = readReportEntry(place.entry);
      this.#add({ lane: "direct", report, leaf: place.leaf, anchoredAt, contacts, place });
    }
  }

  #count(counts: EntryCounts): void {
    for (const key of Object.keys(this.counts) as (keyof EntryCounts)[]) this.counts[key] += counts[key];
  }

  #recent(records: readonly number[]): ContactRecord[] {
    return records.map((number) => this.#contact(number)).filter(({ lastSeen }) => lastSeen >= this.#horizon);
  }

  #contact(number: number): ContactRecord {
    const contact = this.#contacts.get(number) ?? this.#table.record(number);
    this.#contacts.set(number, contact);
    return contact;
  }

  /** The same report may stand in the log more than once, in either lane: the first one says when it became public. */
  #add(hit: Hit): void {
    const key = toHex(hit.leaf);
    const known: EventPlace | undefined = this.#hits.get(key)?.place;
    if (!known || isAfter(known, hit.place)) this.#hits.set(key, hit);
  }
}
