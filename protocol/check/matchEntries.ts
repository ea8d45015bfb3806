import type { Batch } from "../batch/file.ts";
import { toHex } from "../bytes/hex.ts";
import { readReportEntry } from "../entry/entry.ts";
import { TocsinError } from "../errors.ts";
import type { DirectEntry } from "../log/direct.ts";
import { isAfter, type EventPlace } from "../log/events.ts";
import type { FoldedBatch } from "../log/fold.ts";
import type { ContactRecord } from "../match/contactRecords.ts";
import { MAX_SPAN, type ContactIndex } from "../match/matchReports.ts";
import { spanOf, type SignedReport } from "../report/report.ts";
import { inclusionPath } from "../tree/proof.ts";

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

/** Compares the entries of both lanes with contacts, by the same rules. */
export class EntryMatcher {
  readonly counts = { reports: 0, unknownEntries: 0, unreadableReports: 0 };
  readonly #contacts: ContactIndex;
  readonly #hits = new Map<string, Hit>();

  constructor(contacts: ContactIndex) {
    this.#contacts = contacts;
  }

  /** What was found up to now, each report once. */
  get hits(): Hit[] {
    return [...this.#hits.values()];
  }

  addBatch({ entries, leaves }: Batch, place: FoldedBatch, anchoredAt: number): void {
    entries.forEach((entry, index) => {
      const match = this.#match(entry);
      if (!match) return;
      const leaf = leaves[index] as Uint8Array;
      this.#add({
        lane: "batch",
        ...match,
        leaf,
        anchoredAt,
        place,
        index,
        path: inclusionPath(leaves, index),
      });
    });
  }

  addDirect(place: DirectEntry, anchoredAt: number): void {
    const match = this.#match(place.entry);
    if (match) this.#add({ lane: "direct", ...match, leaf: place.leaf, anchoredAt, place });
  }

  #match(entry: Uint8Array): Pick<Hit, "report" | "contacts"> | undefined {
    let report: SignedReport;
    try {
      report = readReportEntry(entry);
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error;
      if (error.code === "ENTRY_KIND_UNKNOWN") this.counts.unknownEntries++;
      else this.counts.unreadableReports++;
      return undefined;
    }
    if (spanOf(report) > MAX_SPAN) {
      this.counts.unreadableReports++;
      return undefined;
    }
    this.counts.reports++;
    const contacts = this.#contacts.match(report);
    return contacts.length === 0 ? undefined : { report, contacts };
  }

  /** The same report may stand in the log more than once, in either lane: the first one says when it became public. */
  #add(hit: Hit): void {
    const key = toHex(hit.leaf);
    const known: EventPlace | undefined = this.#hits.get(key)?.place;
    if (!known || isAfter(known, hit.place)) this.#hits.set(key, hit);
  }
}
