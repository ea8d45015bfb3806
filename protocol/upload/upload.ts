import { readU16LE, writeU16LE } from "../bytes/bytes.ts";
import { TocsinError } from "../errors.ts";
import { MAX_SIGNED_REPORT_LENGTH, MIN_SIGNED_REPORT_LENGTH } from "../report/report.ts";

/** The media type of an upload. */
export const UPLOAD_TYPE = "application/vnd.tocsin.upload";
/** Every upload has this many bytes, whatever is in it. */
export const UPLOAD_LENGTH = 512;
const HEADER_LENGTH = 2;

/** Gives that many random bytes. */
type RandomBytes = (length: number) => Uint8Array;

/**
 * Puts a signed report into an upload: u16le length ‖ signed report ‖ random padding, 512 bytes. Whoever sees only the
 * size of encrypted traffic cannot tell it from another one, or from a dummy. (docs/formats.md, "Upload")
 * @throws UPLOAD_INVALID for bytes that are too few or too many for a signed report
 */
export function encodeUpload(report: Uint8Array, random: RandomBytes): Uint8Array {
  assertReportLength(report.length);
  return fill(report, random);
}

/** An upload that holds no report: a relayer answers it as it answers a report. */
export function dummyUpload(random: RandomBytes): Uint8Array {
  return fill(new Uint8Array(0), random);
}

/**
 * The signed report in an upload, not yet read; undefined for a dummy. The padding may be anything.
 * @throws UPLOAD_INVALID
 */
export function decodeUpload(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length !== UPLOAD_LENGTH) {
    throw new TocsinError("UPLOAD_INVALID", `an upload has ${UPLOAD_LENGTH} bytes, not ${bytes.length}`);
  }
  const length = readU16LE(bytes, 0);
  if (length === 0) return undefined;
  assertReportLength(length);
  return new Uint8Array(bytes.subarray(HEADER_LENGTH, HEADER_LENGTH + length));
}

function fill(report: Uint8Array, random: RandomBytes): Uint8Array {
  const used = HEADER_LENGTH + report.length;
  const bytes = new Uint8Array(UPLOAD_LENGTH);
  writeU16LE(bytes, 0, report.length);
  bytes.set(report, HEADER_LENGTH);
  bytes.set(random(UPLOAD_LENGTH - used), used);
  return bytes;
}

function assertReportLength(length: number): void {
  if (length < MIN_SIGNED_REPORT_LENGTH || length > MAX_SIGNED_REPORT_LENGTH) {
    const [least, most] = [MIN_SIGNED_REPORT_LENGTH, MAX_SIGNED_REPORT_LENGTH];
    throw new TocsinError("UPLOAD_INVALID", `a signed report has ${least} to ${most} bytes, not ${length}`);
  }
}
