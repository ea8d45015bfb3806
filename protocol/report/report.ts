import { writeU16LE } from "../bytes/bytes.ts";
import { TocsinError } from "../errors.ts";
import { expandTcns } from "../tcn/ratchet.ts";

/** Memo types that the TCN registry allocates. Higher ones are by request or reserved, and refused. */
export const MEMO_TYPES = { coepiV1: 0, covidWatchV1: 1, itoV1: 2, hutchTrace: 3 } as const;
export const MAX_MEMO_TYPE = 3;
const MAX_MEMO_LENGTH = 255;
/** Bytes before the memo: rvk ‖ tck_{j1−1} ‖ j1 ‖ j2 ‖ memo type ‖ memo length. */
export const REPORT_HEADER_LENGTH = 70;
export const SIGNATURE_LENGTH = 64;
export const MIN_SIGNED_REPORT_LENGTH = REPORT_HEADER_LENGTH + SIGNATURE_LENGTH;
export const MAX_SIGNED_REPORT_LENGTH = MIN_SIGNED_REPORT_LENGTH + MAX_MEMO_LENGTH;

/** A TCN report (TCN 0.4.1): it lets others recompute the TCNs of indices j1 to j2, both included. */
export interface Report {
  /** 32 bytes. */
  rvk: Uint8Array;
  /** tck_{j1−1}, 32 bytes. Its own TCN is not covered: it cannot be bound to rvk. */
  tckBeforeJ1: Uint8Array;
  j1: number;
  j2: number;
  memoType: number;
  /** At most 255 bytes. */
  memo: Uint8Array;
}

/** A report with its Ed25519 signature. Reading one does not verify it: see verifySignedReport. */
export interface SignedReport extends Report {
  signature: Uint8Array;
  /** The whole signed report, as it was read: 134 to 389 bytes. */
  bytes: Uint8Array;
}

/** The bytes that are signed. @throws REPORT_MEMO_OVERSIZE */
export function encodeReport(report: Report): Uint8Array {
  if (report.memo.length > MAX_MEMO_LENGTH) {
    throw new TocsinError("REPORT_MEMO_OVERSIZE", `a memo has at most 255 bytes, not ${report.memo.length}`);
  }
  const bytes = new Uint8Array(REPORT_HEADER_LENGTH + report.memo.length);
  bytes.set(report.rvk, 0);
  bytes.set(report.tckBeforeJ1, 32);
  writeU16LE(bytes, 64, report.j1);
  writeU16LE(bytes, 66, report.j2);
  bytes[68] = report.memoType;
  bytes[69] = report.memo.length;
  bytes.set(report.memo, REPORT_HEADER_LENGTH);
  return bytes;
}

/** How many TCNs a report asks its readers to derive. */
export function spanOf(report: Report): number {
  return report.j2 - report.j1 + 1;
}

/** The TCNs that a report covers, joined: 16 bytes each, in order of their index. */
export function tcnsOf(report: Report): Uint8Array {
  return expandTcns(report.rvk, report.tckBeforeJ1, report.j1, report.j2);
}
