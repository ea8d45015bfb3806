import { TocsinError } from "@tocsin/protocol/errors.ts";
import type { SignedReport } from "@tocsin/protocol/report/report.ts";
import { VerifierError, type SignatureVerifier } from "../ports/signatureVerifier.ts";
import { ThreadQueue } from "./threadQueue.ts";
import { encodeReports, isValidAt } from "./verifyingMessages.ts";

/** Verifies reports' signatures in a thread of its own, with the same verdicts as verifySignedReport. */
export class ThreadVerifier implements SignatureVerifier {
  readonly #queue: ThreadQueue<SignedReport, boolean>;

  /** @param crashed told when the thread ended by itself; the next report starts another */
  constructor(crashed: (cause: unknown) => void) {
    this.#queue = new ThreadQueue({
      module: new URL("./verifyingWorker.ts", import.meta.url),
      encode: encodeReports,
      answerAt: isValidAt,
      failure: (message, options) => new VerifierError(`no signature is verified: ${message}`, options),
      crashed,
    });
  }

  async verify(report: SignedReport): Promise<void> {
    if (!(await this.#queue.ask(report))) {
      throw new TocsinError("REPORT_SIGNATURE_INVALID", "the signature does not verify");
    }
  }

  /** Ends the thread; nothing is verified any more. */
  close(): Promise<void> {
    return this.#queue.close();
  }
}
