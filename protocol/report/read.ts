import { readU16LE } from "../bytes/bytes.ts";
import { TocsinError } from "../errors.ts";
import {
  MAX_MEMO_TYPE,
  REPORT_HEADER_LENGTH,
  SIGNATURE_LENGTH,
  type Report,
  type SignedReport,
} from "./report.ts";

/**
 * Reads an unsigned report that fills the whole buffer. Strict (wire facts, "Strict reading").
 * @throws REPORT_TRUNCATED, REPORT_TRAILING_BYTES, REPORT_INDEX_INVALID, REPORT_MEMO_TYPE_UNKNOWN
 */
export function readReport(bytes: Uint8Array): Report {
  const { report, end } = readReportAt(bytes, 0);
  if (end !== bytes.length) throw trailing(bytes.length - end);
  return report;
}

/** Reads a signed report that fills the whole buffer; its signature is not verified. Throws as readReport. */
export function readSignedReport(bytes: Uint8Array): SignedReport {
  const { report, end } = readSignedReportAt(bytes, 0);
  if (end !== bytes.length) throw trailing(bytes.length - end);
  return report;
}

/** Reads signed reports that stand one after the other without separators. Throws as readReport. */
export function* readSignedReports(bytes: Uint8Array): Generator<{ report: SignedReport; end: number }> {
  for (let offset = 0; offset < bytes.length;) {
    const read = readSignedReportAt(bytes, offset);
    yield read;
    offset = read.end;
  }
}

/** What a report says of itself and where its parts end, read without copying any. */
export interface ReportShape {
  j1: number;
  j2: number;
  memoType: number;
  /** Where the memo starts and ends; the signature follows. */
  memoAt: number;
  memoEnd: number;
}

/** The shape of a signed report that reaches from `offset` to the end. Throws as readSignedReport, for the same bytes. */
export function readSignedShape(bytes: Uint8Array, offset: number): ReportShape {
  const shape = readShapeAt(bytes, offset);
  const end = shape.memoEnd + SIGNATURE_LENGTH;
  if (bytes.length < end) throw truncated("the signature");
  if (bytes.length > end) throw trailing(bytes.length - end);
  return shape;
}

function readSignedReportAt(bytes: Uint8Array, offset: number): { report: SignedReport; end: number } {
  const { report, end: signatureAt } = readReportAt(bytes, offset);
  const end = signatureAt + SIGNATURE_LENGTH;
  if (bytes.length < end) throw truncated("the signature");
  return {
    report: { ...report, signature: bytes.slice(signatureAt, end), bytes: bytes.slice(offset, end) },
    end,
  };
}

function readReportAt(bytes: Uint8Array, offset: number): { report: Report; end: number } {
  const { j1, j2, memoType, memoAt, memoEnd } = readShapeAt(bytes, offset);
  const report = {
    rvk: bytes.slice(offset, offset + 32),
    tckBeforeJ1: bytes.slice(offset + 32, offset + 64),
    j1,
    j2,
    memoType,
    memo: bytes.slice(memoAt, memoEnd),
  };
  return { report, end: memoEnd };
}

function readShapeAt(bytes: Uint8Array, offset: number): ReportShape {
  if (bytes.length - offset < REPORT_HEADER_LENGTH) throw truncated("the header");
  const j1 = readU16LE(bytes, offset + 64);
  const j2 = readU16LE(bytes, offset + 66);
  if (j1 < 1) throw new TocsinError("REPORT_INDEX_INVALID", "j1 must be at least 1");
  if (j2 < j1) throw new TocsinError("REPORT_INDEX_INVALID", `j2 (${j2}) is before j1 (${j1})`);
  const memoType = bytes[offset + 68] as number;
  if (memoType > MAX_MEMO_TYPE) {
    throw new TocsinError("REPORT_MEMO_TYPE_UNKNOWN", `memo type ${memoType} is not allocated`);
  }
  const memoAt = offset + REPORT_HEADER_LENGTH;
  const memoEnd = memoAt + (bytes[offset + 69] as number);
  if (bytes.length < memoEnd) throw truncated("the memo");
  return { j1, j2, memoType, memoAt, memoEnd };
}

function truncated(part: string): TocsinError {
  return new TocsinError("REPORT_TRUNCATED", `the report's bytes end inside ${part}`);
}

function trailing(count: number): TocsinError {
  return new TocsinError("REPORT_TRAILING_BYTES", `${count} bytes follow the report`);
}
