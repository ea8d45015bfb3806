import type { ErrorCode } from "@tocsin/protocol/errors.ts";
import { msg } from "../i18n/i18n.ts";

/** A failure in plain words: messages for `t`. */
export interface Explanation {
  /** What was being done. */
  step: string;
  /** What it means. */
  meaning: string;
  /** What to do now. */
  action: string;
}

const of =
  (step: string) =>
  (meaning: string, action: string): Explanation => ({ step, meaning, action });

const chain = of(msg("Reading the log from the chain"));
const fetching = of(msg("Fetching the batches"));
const reading = of(msg("Reading what was given to this page"));

const OTHER_RPC = msg("Choose another RPC for this log under “Sources”, and check again.");

const brokenBatch: Explanation = {
  step: msg("Verifying the batches"),
  meaning: msg("The relayer anchored a batch that is not in the form that everybody can verify."),
  action: msg(
    "Nothing on this device can repair it. Tell the people who run this log, with the technical details.",
  ),
};
const falseFilter: Explanation = {
  step: msg("Reading the filters"),
  meaning: msg("A filter is not that of its batch, so it cannot say what the batch holds."),
  action: msg("Turn off “Slow connection” in the settings and check again: every batch is then read whole."),
};
const unproven: Explanation = {
  step: msg("Verifying a proof"),
  meaning: msg("The proof does not show that the report is in the log."),
  action: msg("Do not rely on it. Check again; if it stays so, tell the people who run this log."),
};
const unreadable = reading(
  msg("It is not in the form that this page reads: it may be cut off, altered or meant for something else."),
  msg("See whether it is the right file or text, and get it once more from where it came from."),
);
const unreadableReport: Explanation = {
  step: msg("Reading a report"),
  meaning: msg("A report is not in the form that everybody can read, or is not signed by its sender."),
  action: msg("Nothing on this device can repair it. It is not counted."),
};
const unexpected: Explanation = {
  step: msg("The check on this device"),
  meaning: msg("Something happened that this page is not prepared for."),
  action: msg("Load the page again and check once more."),
};

/** What each code means to a person. */
export const EXPLANATIONS: Record<ErrorCode | "UNEXPECTED", Explanation> = {
  RPC_UNAVAILABLE: chain(
    msg("The RPC did not answer, so nothing could be read from the chain."),
    msg(
      "See whether this device is online and the RPC’s address under “Sources” is right, then check again.",
    ),
  ),
  RPC_INVALID: chain(msg("The RPC answered something that is no answer of an Ethereum node."), OTHER_RPC),
  LOG_EVENT_INVALID: chain(msg("The RPC gave an event that cannot be read."), OTHER_RPC),
  LOG_STATE_INVALID: chain(msg("What the RPC gave cannot be a log’s history."), OTHER_RPC),
  CHAIN_ID_MISMATCH: chain(
    msg("The RPC serves another chain than the one that is named for this log."),
    msg("Correct the chain id or the RPC’s address under “Sources”."),
  ),
  LOG_UNKNOWN: chain(
    msg("There is no such log: the registry’s address or the log’s number is wrong, or the RPC hides it."),
    msg("Compare registry and log under “Sources” with what your community gave you."),
  ),
  LOG_HEAD_MISMATCH: chain(
    msg(
      "This RPC hides, adds or alters a batch, or a report that was sent directly to the contract: what it gives does " +
        "not lead to what the contract says. Very rarely, the chain itself was reorganised at that moment.",
    ),
    msg("Check again. If it stays so, do not rely on this RPC: choose another one under “Sources”."),
  ),
  BATCH_UNAVAILABLE: fetching(
    msg("No gateway serves a batch that the chain names. What is in it is not known, so there is no result."),
    msg("Try again later, or add another gateway for this log under “Sources”."),
  ),
  BATCH_DIGEST_MISMATCH: fetching(
    msg("A gateway served other bytes than the chain names, and no other gateway served the right ones."),
    msg("Do not rely on that gateway: add another one under “Sources”, and check again."),
  ),
  BATCH_ROOT_MISMATCH: brokenBatch,
  BATCH_COUNT_MISMATCH: brokenBatch,
  BATCH_MAGIC_INVALID: brokenBatch,
  BATCH_TRUNCATED: brokenBatch,
  BATCH_TRAILING_BYTES: brokenBatch,
  BATCH_TOO_LARGE: brokenBatch,
  BATCH_EMPTY: brokenBatch,
  BATCH_NOT_SORTED: brokenBatch,
  BATCH_TCNS_EXCEEDED: brokenBatch,
  ENTRY_INVALID: brokenBatch,
  ENTRY_KIND_UNKNOWN: brokenBatch,
  FILTER_INVALID: falseFilter,
  FILTER_TOO_LARGE: falseFilter,
  FILTER_MISMATCH: falseFilter,
  FILTER_DUPLICATE: falseFilter,
  MATCHING_FAILED: {
    step: msg("Comparing with your contacts"),
    meaning: msg("The browser ended a part of the check, most often for want of memory. There is no result."),
    action: msg("Close other pages and check again."),
  },
  MEMORY_INVALID: {
    step: msg("Reading what the last check remembered"),
    meaning: msg("What is stored of earlier checks on this device cannot be read."),
    action: msg("Check again: everything is then read anew."),
  },
  PROOF_INVALID: unproven,
  PROOF_NOT_INCLUDED: unproven,
  PROOF_NOT_ANCHORED: unproven,
  RECEIPT_INVALID: {
    step: msg("Verifying the relayer’s receipt"),
    meaning: msg("The receipt is not signed by the operator of this log, so it promises nothing."),
    action: msg("See whether the relayer’s address under “Sources” belongs to this log."),
  },
  BOND_UNKNOWN: {
    step: msg("Reading the relayer’s bond"),
    meaning: msg("There is no bond for this log where one was looked for."),
    action: msg("See whether the address and the log are right."),
  },
  NOTHING_TO_REPORT: {
    step: msg("Choosing the numbers"),
    meaning: msg("No number of the chosen hours has been sent and left the air yet."),
    action: msg("Choose other hours, or come back in a quarter of an hour."),
  },
  REPORT_TRUNCATED: unreadableReport,
  REPORT_TRAILING_BYTES: unreadableReport,
  REPORT_INDEX_INVALID: unreadableReport,
  REPORT_MEMO_TYPE_UNKNOWN: unreadableReport,
  REPORT_MEMO_OVERSIZE: unreadableReport,
  REPORT_SPAN_TOO_LONG: unreadableReport,
  REPORT_TOO_LARGE: unreadableReport,
  REPORT_SIGNATURE_INVALID: unreadableReport,
  MEMO_INVALID: unreadableReport,
  UPLOAD_INVALID: unreadableReport,
  HEX_INVALID: unreadable,
  BASE64_INVALID: unreadable,
  JSON_INVALID: unreadable,
  CID_INVALID: unreadable,
  ARGUMENT_INVALID: unreadable,
  CONTACT_INVALID: unreadable,
  BROADCAST_KEY_INVALID: unreadable,
  KEY_INVALID: unreadable,
  TCK_INVALID: unreadable,
  POLICY_INVALID: unreadable,
  RATCHET_EXHAUSTED: unreadable,
  UNEXPECTED: unexpected,
};
