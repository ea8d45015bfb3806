import { MAX_SIGNED_REPORT_LENGTH, spanOf, type SignedReport } from "@tocsin/protocol/report/report.ts";
import { readSignedReport } from "@tocsin/protocol/report/read.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import type { SignatureVerifier } from "../ports/signatureVerifier.ts";

/** What intake asks of a report beyond its form. */
export interface IntakePolicy {
  /** TCNs that one report may cover. */
  maxSpan: number;
}

/** @throws REPORT_TOO_LARGE */
function assertSize(bytes: Uint8Array): void {
  if (bytes.length > MAX_SIGNED_REPORT_LENGTH) {
    throw new TocsinError(
      "REPORT_TOO_LARGE",
      `a signed report has at most ${MAX_SIGNED_REPORT_LENGTH} bytes, not ${bytes.length}`,
    );
  }
}

/** @throws REPORT_SPAN_TOO_LONG */
function assertSpan(report: SignedReport, policy: IntakePolicy): void {
  if (spanOf(report) > policy.maxSpan) {
    throw new TocsinError(
      "REPORT_SPAN_TOO_LONG",
      `a report may cover at most ${policy.maxSpan} contact numbers, not ${spanOf(report)}`,
    );
  }
}

/**
 * The filters that a report passes before anything of it is kept, cheapest first.
 * @throws REPORT_TOO_LARGE, REPORT_SPAN_TOO_LONG, REPORT_SIGNATURE_INVALID, VerifierError, or as readSignedReport
 */
export async function filterReport(
  bytes: Uint8Array,
  policy: IntakePolicy,
  verifier: SignatureVerifier,
): Promise<SignedReport> {
  assertSize(bytes);
  const report = readSignedReport(bytes);
  assertSpan(report, policy);
  await verifier.verify(report);
  return report;
}
