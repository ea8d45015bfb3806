import { TocsinError } from "../errors.ts";
import { batchLeaf } from "../log/state.ts";
import type { SignedReport } from "../report/report.ts";
import { verifySignedReport } from "../report/signature.ts";
import type { Hit } from "./collectHits.ts";
import type { TcnContacts } from "./contactLists.ts";
import { toMatchedReport, type MatchedReport } from "./matchedReport.ts";
import type { ShowProgress } from "./progress.ts";
import type { VerifiedLog } from "./readLog.ts";

/** Verifies the signature of every report that matches: what does not verify is counted, and shown to nobody. */
export async function verifyHits(
  log: VerifiedLog,
  hits: readonly Hit[],
  progress: ShowProgress,
  signal: AbortSignal | undefined,
): Promise<{ matched: { contacts: TcnContacts[]; report: MatchedReport }[]; forgedReports: number }> {
  const matched: { contacts: TcnContacts[]; report: MatchedReport }[] = [];
  const leaves = log.batches.map(batchLeaf);
  let forgedReports = 0;
  for (const [done, hit] of hits.entries()) {
    signal?.throwIfAborted();
    progress({ phase: "hits", done, total: hits.length });
    if (await isForged(hit.report)) forgedReports++;
    else matched.push({ contacts: hit.contacts, report: toMatchedReport(log, leaves, hit) });
  }
  progress({ phase: "hits", done: hits.length, total: hits.length });
  return { matched, forgedReports };
}

async function isForged(report: SignedReport): Promise<boolean> {
  try {
    await verifySignedReport(report);
    return false;
  } catch (error) {
    if (error instanceof TocsinError && error.code === "REPORT_SIGNATURE_INVALID") return true;
    throw error;
  }
}
