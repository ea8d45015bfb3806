import { TocsinError } from "../errors.ts";
import { readSignedReport } from "../report/read.ts";
import { MAX_SIGNED_REPORT_LENGTH, type SignedReport } from "../report/report.ts";

/** What one leaf holds: kind u8 ‖ body. */
export interface Entry {
  kind: number;
  body: Uint8Array;
}

export const ENTRY_KINDS = { signedReport: 1, filterDigest: 2 } as const;
/** The batch file writes an entry's length as u16. */
export const MAX_ENTRY_LENGTH = 65_535;
/** The contract takes an entry of 1 to this many bytes directly: the longest signed report and its kind. */
export const MAX_DIRECT_ENTRY_LENGTH = 1 + MAX_SIGNED_REPORT_LENGTH;
/** SHA-256. */
const FILTER_DIGEST_LENGTH = 32;

export function encodeEntry(entry: Entry): Uint8Array {
  const bytes = new Uint8Array(1 + entry.body.length);
  bytes[0] = entry.kind;
  bytes.set(entry.body, 1);
  return bytes;
}

/** @throws ENTRY_INVALID for no bytes or too many */
export function checkEntryLength(bytes: Uint8Array): void {
  if (bytes.length < 1 || bytes.length > MAX_ENTRY_LENGTH) {
    throw new TocsinError(
      "ENTRY_INVALID",
      `an entry has 1 to ${MAX_ENTRY_LENGTH} bytes, not ${bytes.length}`,
    );
  }
}

/** @throws ENTRY_INVALID as checkEntryLength */
export function decodeEntry(bytes: Uint8Array): Entry {
  checkEntryLength(bytes);
  return { kind: bytes[0] as number, body: bytes.slice(1) };
}

/** The entry that carries a signed report, given as its bytes. */
export function reportEntry(signedReport: Uint8Array): Uint8Array {
  return encodeEntry({ kind: ENTRY_KINDS.signedReport, body: signedReport });
}

/**
 * The signed report of an entry of kind 1, not yet verified.
 * @throws ENTRY_KIND_UNKNOWN for another kind (a reader skips it), or as readSignedReport
 */
export function readReportEntry(bytes: Uint8Array): SignedReport {
  const entry = decodeEntry(bytes);
  if (entry.kind !== ENTRY_KINDS.signedReport) {
    throw new TocsinError("ENTRY_KIND_UNKNOWN", `entry kind ${entry.kind} is no report`);
  }
  return readSignedReport(entry.body);
}

/** The entry that commits a batch's filter, given as the SHA-256 of the filter file. */
export function filterEntry(digest: Uint8Array): Uint8Array {
  return encodeEntry({ kind: ENTRY_KINDS.filterDigest, body: digest });
}

/**
 * The SHA-256 of the filter file that an entry of kind 2 names, 32 bytes.
 * @throws ENTRY_KIND_UNKNOWN for another kind, ENTRY_INVALID for a digest of another length
 */
export function readFilterEntry(bytes: Uint8Array): Uint8Array {
  const entry = decodeEntry(bytes);
  if (entry.kind !== ENTRY_KINDS.filterDigest) {
    throw new TocsinError("ENTRY_KIND_UNKNOWN", `entry kind ${entry.kind} names no filter`);
  }
  if (entry.body.length !== FILTER_DIGEST_LENGTH) {
    throw new TocsinError("ENTRY_INVALID", `a filter's digest has 32 bytes, not ${entry.body.length}`);
  }
  return entry.body;
}
