import { ed25519 } from "@noble/curves/ed25519.js";
import { TocsinError } from "../errors.ts";
import { MAX_INDEX } from "../tcn/ratchet.ts";
import { tckAt } from "../tcn/rak.ts";
import { encodeReport, MAX_MEMO_TYPE, SIGNATURE_LENGTH, type SignedReport } from "./report.ts";

/** What a report is to say. j1 to j2 are the covered indices, both included, from 1 to 65535. */
export interface ReportContent {
  j1: number;
  j2: number;
  memoType: number;
  memo: Uint8Array;
}

/**
 * Signs a report. It discloses every later key of the rak: the rak must never be broadcast from again.
 * @throws KEY_INVALID, REPORT_INDEX_INVALID, REPORT_MEMO_TYPE_UNKNOWN, REPORT_MEMO_OVERSIZE
 */
export function createSignedReport(rak: Uint8Array, content: ReportContent): SignedReport {
  const { j1, j2, memoType, memo } = content;
  if (!Number.isInteger(j1) || !Number.isInteger(j2) || j1 < 1 || j2 < j1 || j2 > MAX_INDEX) {
    throw new TocsinError("REPORT_INDEX_INVALID", "1 <= j1 <= j2 <= 65535 must hold");
  }
  if (!Number.isInteger(memoType) || memoType < 0 || memoType > MAX_MEMO_TYPE) {
    throw new TocsinError("REPORT_MEMO_TYPE_UNKNOWN", `memo type ${memoType} is not allocated`);
  }
  const before = tckAt(rak, j1 - 1);
  const report = { rvk: before.rvk, tckBeforeJ1: before.key, j1, j2, memoType, memo };
  const signed = encodeReport(report);
  const signature = ed25519.sign(signed, rak);
  const bytes = new Uint8Array(signed.length + SIGNATURE_LENGTH);
  bytes.set(signed, 0);
  bytes.set(signature, signed.length);
  return { ...report, signature, bytes };
}
