import type { SignedReport } from "@tocsin/protocol/report/report.ts";

/** Verifies reports' signatures by the protocol's one rule, those asked for together in one step. */
export interface SignatureVerifier {
  /** @throws REPORT_SIGNATURE_INVALID, VerifierError */
  verify(report: SignedReport): Promise<void>;
}

/** Nothing is known of the signature now; asked again, there may be an answer. */
export class VerifierError extends Error {
  override readonly name = "VerifierError";
  readonly code = "VERIFIER_UNAVAILABLE";
}
