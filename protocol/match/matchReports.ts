import { toHex } from "../bytes/hex.ts";
import { spanOf, tcnsOf, type Report } from "../report/report.ts";
import { TCN_LENGTH } from "../tcn/ratchet.ts";
import type { ContactRecord } from "./contactRecords.ts";

/** TCNs that one report may ask its readers to derive: 14 days of 15-minute numbers, both ends included, as the oldest clients send. */
export const MAX_SPAN = 1_345;

/** The contact records of a device, found by their TCN. */
export class ContactIndex {
  readonly #byTcn = new Map<string, ContactRecord[]>();

  constructor(records: Iterable<ContactRecord>) {
    for (const record of records) {
      const key = toHex(record.tcn);
      const known = this.#byTcn.get(key);
      if (known) known.push(record);
      else this.#byTcn.set(key, [record]);
    }
  }

  /**
   * The contact records whose TCN a report covers, in the order of its indices. The report's signature is not
   * checked here: it must be before a hit is shown to anybody.
   */
  match(report: Report): ContactRecord[] {
    if (spanOf(report) > MAX_SPAN) return [];
    const tcns = tcnsOf(report);
    const hits: ContactRecord[] = [];
    for (let offset = 0; offset < tcns.length; offset += TCN_LENGTH) {
      for (const record of this.#byTcn.get(toHex(tcns.subarray(offset, offset + TCN_LENGTH))) ?? [])
        hits.push(record);
    }
    return hits;
  }
}
