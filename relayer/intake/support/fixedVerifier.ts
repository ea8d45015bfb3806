import type { SignedReport } from "@tocsin/protocol/report/report.ts";
import { verifySignedReport } from "@tocsin/protocol/report/signature.ts";
import { VerifierError, type SignatureVerifier } from "../../ports/signatureVerifier.ts";

/** Verifies as the protocol does, or fails when the test says so. */
export class FixedVerifier implements SignatureVerifier {
  fails = false;

  async verify(report: SignedReport): Promise<void> {
    if (this.fails) throw new VerifierError("the verifier is away");
    await verifySignedReport(report);
  }
}
