import { toHex } from "../bytes/hex.ts";
import type { ContactRecord } from "../match/contactRecords.ts";
import { groupExposures, type Exposure } from "../match/exposures.ts";
import type { MatchedReport } from "./matchedReport.ts";

export interface ReportedExposure extends Exposure {
  /** The reports that cover these contacts, earliest anchored first; all of one rvk. */
  reports: MatchedReport[];
}

/**
 * Applies the replay rule and groups what is left. A TCN is public from the moment its report is anchored, in whichever
 * lane: what was seen of it afterwards proves no encounter, so a contact that goes on past that moment ends there.
 */
export function settle(matched: readonly { contacts: ContactRecord[]; report: MatchedReport }[]): {
  /** Newest first. */
  exposures: ReportedExposure[];
  /** Contacts seen only after their report was public. */
  replays: ContactRecord[];
} {
  const replays = new Set<ContactRecord>();
  const byRvk = new Map<string, Map<ContactRecord, MatchedReport[]>>();
  for (const { contacts: found, report } of [...matched].sort(
    (a, b) => a.report.anchoredAt - b.report.anchoredAt,
  )) {
    const rvk = toHex(report.report.rvk);
    const contacts = byRvk.get(rvk) ?? new Map<ContactRecord, MatchedReport[]>();
    byRvk.set(rvk, contacts);
    for (const contact of found) {
      if (replays.has(contact)) continue;
      const known = contacts.get(contact);
      if (known) known.push(report);
      else if (contact.firstSeen > report.anchoredAt) replays.add(contact);
      else contacts.set(contact, [report]);
    }
  }
  const exposures = [...byRvk.values()].flatMap((contacts) => {
    const reportsOf = new Map<ContactRecord, MatchedReport[]>();
    for (const [contact, reports] of contacts) {
      const publicAt = (reports[0] as MatchedReport).anchoredAt;
      reportsOf.set({ ...contact, lastSeen: Math.min(contact.lastSeen, publicAt) }, reports);
    }
    return groupExposures([...reportsOf.keys()]).map((exposure) => ({
      ...exposure,
      reports: [...new Set(exposure.contacts.flatMap((contact) => reportsOf.get(contact) ?? []))],
    }));
  });
  exposures.sort((a, b) => b.firstSeen - a.firstSeen);
  return { exposures, replays: [...replays] };
}
