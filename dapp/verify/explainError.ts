import { TocsinError, type ErrorCode } from "@tocsin/protocol/errors.ts";

/** A failure as it crosses from the worker, where errors lose their class. `code` is TocsinError's, or UNEXPECTED. */
export interface Failure {
  code: ErrorCode | "UNEXPECTED";
  message: string;
}

/** A failure in plain words. */
export interface Explanation {
  /** What was being done. */
  step: string;
  /** What it means. */
  meaning: string;
  /** What to do now. */
  action: string;
}

const OTHER_RPC = "Choose another RPC in Settings and check again.";
const chain = (meaning: string, action: string): Explanation => ({
  step: "Reading the log from the chain",
  meaning,
  action,
});
const fetching = (meaning: string, action: string): Explanation => ({
  step: "Fetching the batches",
  meaning,
  action,
});
const broken: Explanation = {
  step: "Verifying the batches",
  meaning: "The relayer anchored a batch that is not in the form that everybody can verify.",
  action: "Nothing on this device can repair it. Tell the people who run this log, with the details below.",
};
const unproven: Explanation = {
  step: "Verifying a proof",
  meaning: "The proof does not show that the report is in the log.",
  action: "Do not rely on it. Check again; if it stays so, tell the people who run this log.",
};

const explanations: Partial<Record<ErrorCode, Explanation>> = {
  RPC_UNAVAILABLE: chain(
    "The RPC did not answer, so nothing could be read from the chain.",
    "See whether this device is online and the RPC's address in Settings is right, then check again.",
  ),
  RPC_INVALID: chain("The RPC answered something that is no answer of an Ethereum node.", OTHER_RPC),
  LOG_EVENT_INVALID: chain("The RPC gave an event that cannot be read.", OTHER_RPC),
  LOG_STATE_INVALID: chain("The RPC's events cannot be a log's history.", OTHER_RPC),
  CHAIN_ID_MISMATCH: chain(
    "The RPC serves another chain than the one your settings name.",
    "Correct the chain id or the RPC's address in Settings.",
  ),
  LOG_UNKNOWN: chain(
    "There is no such log: the registry's address or the log's number is wrong, or the RPC hides it.",
    "Compare registry and log in Settings with what your community gave you.",
  ),
  LOG_HEAD_MISMATCH: chain(
    "This RPC hides, adds or alters a batch or a report that was sent directly to the contract: its events do not lead to the heads in the contract. Very rarely, the chain itself was reorganised at that moment.",
    "Check again. If it stays so, do not rely on this RPC: choose another one in Settings.",
  ),
  BATCH_UNAVAILABLE: fetching(
    "No gateway serves a batch that the chain names. What is in it is not known, so there is no result.",
    "Try again later, or add another gateway in Settings.",
  ),
  BATCH_DIGEST_MISMATCH: fetching(
    "A gateway served other bytes than the chain names, and no other gateway served the right ones.",
    "Do not rely on that gateway: add another one in Settings and check again.",
  ),
  BATCH_ROOT_MISMATCH: broken,
  BATCH_COUNT_MISMATCH: broken,
  BATCH_MAGIC_INVALID: broken,
  BATCH_TRUNCATED: broken,
  BATCH_TRAILING_BYTES: broken,
  BATCH_TOO_LARGE: broken,
  BATCH_EMPTY: broken,
  BATCH_NOT_SORTED: broken,
  BATCH_TCNS_EXCEEDED: broken,
  ENTRY_INVALID: broken,
  MATCHING_FAILED: {
    step: "Comparing with your contacts",
    meaning: "The browser ended a part of the check, most often for want of memory. There is no result.",
    action: "Close other pages and check again.",
  },
  PROOF_INVALID: unproven,
  PROOF_NOT_INCLUDED: unproven,
  PROOF_NOT_ANCHORED: unproven,
  RECEIPT_INVALID: {
    step: "Verifying the relayer's receipt",
    meaning: "The receipt is not signed by the operator of this log, so it promises nothing.",
    action: "See whether the relayer's address in Settings belongs to this log.",
  },
  NOTHING_TO_REPORT: {
    step: "Choosing the numbers",
    meaning: "No number of the chosen hours has been sent and left the air yet.",
    action: "Choose other hours, or come back in a quarter of an hour.",
  },
};

const unexpected: Explanation = {
  step: "Checking",
  meaning: "Something happened that this page is not prepared for.",
  action: "Load the page again and check once more.",
};

export function explainFailure({ code }: Failure): Explanation {
  return (code === "UNEXPECTED" ? undefined : explanations[code]) ?? unexpected;
}

export function toFailure(error: unknown): Failure {
  if (error instanceof TocsinError) return { code: error.code, message: error.message };
  return { code: "UNEXPECTED", message: error instanceof Error ? error.message : String(error) };
}
