import { TocsinError } from "@tocsin/protocol/errors.ts";
import { t } from "../i18n/i18n.ts";
import type { Problem } from "./ownReport.ts";
import { RelayerError } from "./relayer.ts";

/** What is kept of an error. */
export function problemOf(error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error);
  const isKnown = error instanceof TocsinError || error instanceof RelayerError;
  return { code: isKnown ? error.code : "UNEXPECTED", message };
}

/** Why a report does not go on, and what happens now. */
export function problemWords({ code }: Problem): string {
  switch (code) {
    case "RELAYER_UNAVAILABLE":
      return t(
        "The relayer did not answer. It, or this device, may be offline. This page tries again by itself.",
      );
    case "RATE_LIMITED":
      return t("The relayer takes no more reports at the moment. This page tries again by itself.");
    case "NOT_FOUND":
      return t(
        "The relayer does not know this report any more, though it signed a receipt. The receipt is kept here: it is the evidence.",
      );
    case "RECEIPT_INVALID":
      return t("The relayer’s receipt is not signed by the operator of this log, so it promises nothing.");
    case "PROOF_INVALID":
    case "PROOF_NOT_INCLUDED":
    case "PROOF_NOT_ANCHORED":
      return t(
        "The relayer says that the chain holds this report, but the proof that it gives does not show it.",
      );
    case "RPC_UNAVAILABLE":
    case "RPC_INVALID":
    case "CHAIN_ID_MISMATCH":
    case "LOG_UNKNOWN":
    case "LOG_EVENT_INVALID":
    case "LOG_STATE_INVALID":
    case "LOG_HEAD_MISMATCH":
      return t(
        "The chain could not be read, so the relayer’s word could not be verified. This page tries again by itself.",
      );
    default:
      return t("The relayer refused the report, or answered something that this page does not understand.");
  }
}
