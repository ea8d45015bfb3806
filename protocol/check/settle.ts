import { toHex } from "../bytes/hex.ts";
import type { ContactRecord } from "../match/contactRecords.ts";
import { groupExposures, type Exposure } from "../match/exposures.ts";
import type { TcnContacts } from "./contactLists.ts";
import type { MatchedReport } from "./matchedReport.ts";

export interface ReportedExposure extends Exposure {
  /** The reports that cover these contacts, earliest anchored first; all of one rvk. */
  reports: MatchedReport[];
}

/**
 * Applies the replay rule and groups what is left. A TCN is public from the moment its report is anchored, in whichever
 * lane: what was seen of it afterwards proves no encounter, so a contact that goes on past that moment ends there.
 * @param late contacts that are known to be replays already
 */
export function settle(
  matched: readonly { contacts: readonly TcnContacts[]; report: MatchedReport }[],
  late: ReadonlySet<ContactRecord>,
): {
  /** Newest first. */
  exposures: ReportedExposure[];
  /** Contacts seen only after their report was public. */
  replays: ContactRecord[];
} {
  const replays = new Set(late);
  const byRvk = new Map<string, Map<TcnContacts, MatchedReport[]>>();
  for (const { contacts, report } of [...matched].sort((a, b) => a.report.anchoredAt - b.report.anchoredAt)) {
    const rvk = toHex(report.report.rvk);
    const reportsOf = byRvk.get(rvk) ?? new Map<TcnContacts, MatchedReport[]>();
    byRvk.set(rvk, reportsOf);
    for (const list of contacts) {
      const known = reportsOf.get(list);
      if (known) known.push(report);
      else reportsOf.set(list, [report]);
    }
  }
  const exposures = [...byRvk.values()].flatMap((lists) => {
    const reportsOf = new Map<ContactRecord, MatchedReport[]>();
    for (const [list, reports] of lists) {
      const publicAt = (reports[0] as MatchedReport).anchoredAt;
      for (const contact of list) {
        if (contact.firstSeen > publicAt) replays.add(contact);
        else if (!late.has(contact)) {
          reportsOf.set({ ...contact, lastSeen: Math.min(contact.lastSeen, publicAt) }, reports);
        }
      }
    }
    return groupExposures([...reportsOf.keys()]).map((exposure) => {
      const lists = new Set(exposure.contacts.map((contact) => reportsOf.get(contact) ?? []));
      return { ...exposure, reports: [...new Set([...lists].flat())] };
    });
  });
  exposures.sort((a, b) => b.firstSeen - a.firstSeen);
  return { exposures, replays: [...replays] };
}
