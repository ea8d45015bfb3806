import { decodeEntry, ENTRY_KINDS, readReportEntry } from "@tocsin/protocol/entry/entry.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import type { SignedReport } from "@tocsin/protocol/report/report.ts";
import { verifySignedReport } from "@tocsin/protocol/report/signature.ts";
import { viewMemo, type MemoView } from "./words.ts";

/** What an entry of a batch holds: a report, an unreadable report with a code, or something of another kind. */
export interface EntryView extends Partial<MemoView> {
  kind: number;
  j1?: number;
  j2?: number;
  signatureValid?: boolean;
  code?: string;
}

export async function viewEntry(entry: Uint8Array): Promise<EntryView> {
  const { kind } = decodeEntry(entry);
  if (kind !== ENTRY_KINDS.signedReport) return { kind };
  let report: SignedReport;
  try {
    report = readReportEntry(entry);
  } catch (error) {
    if (error instanceof TocsinError) return { kind, code: error.code };
    throw error;
  }
  const { j1, j2 } = report;
  return { kind, j1, j2, ...viewMemo(report), signatureValid: await isSigned(report) };
}

async function isSigned(report: SignedReport): Promise<boolean> {
  try {
    await verifySignedReport(report);
    return true;
  } catch (error) {
    if (error instanceof TocsinError) return false;
    throw error;
  }
}
