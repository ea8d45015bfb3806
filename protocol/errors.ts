/** Every code that the protocol's functions can fail with. Codes are stable: programs may compare them. */
export type ErrorCode =
  | "HEX_INVALID"
  | "BASE64_INVALID"
  | "ARGUMENT_INVALID"
  | "JSON_INVALID"
  | "KEY_INVALID"
  | "TCK_INVALID"
  | "RATCHET_EXHAUSTED"
  | "REPORT_TRUNCATED"
  | "REPORT_TRAILING_BYTES"
  | "REPORT_INDEX_INVALID"
  | "REPORT_MEMO_TYPE_UNKNOWN"
  | "REPORT_MEMO_OVERSIZE"
  | "REPORT_SPAN_TOO_LONG"
  | "REPORT_TOO_LARGE"
  | "REPORT_SIGNATURE_INVALID"
  | "UPLOAD_INVALID"
  | "MEMO_INVALID"
  | "MATCHING_FAILED"
  | "BATCH_TCNS_EXCEEDED"
  | "ENTRY_INVALID"
  | "ENTRY_KIND_UNKNOWN"
  | "BATCH_MAGIC_INVALID"
  | "BATCH_TRUNCATED"
  | "BATCH_TRAILING_BYTES"
  | "BATCH_TOO_LARGE"
  | "BATCH_EMPTY"
  | "BATCH_NOT_SORTED"
  | "BATCH_UNAVAILABLE"
  | "BATCH_DIGEST_MISMATCH"
  | "BATCH_ROOT_MISMATCH"
  | "BATCH_COUNT_MISMATCH"
  | "FILTER_INVALID"
  | "FILTER_TOO_LARGE"
  | "FILTER_MISMATCH"
  | "FILTER_DUPLICATE"
  | "CID_INVALID"
  | "PROOF_INVALID"
  | "PROOF_NOT_INCLUDED"
  | "PROOF_NOT_ANCHORED"
  | "LOG_STATE_INVALID"
  | "LOG_EVENT_INVALID"
  | "LOG_UNKNOWN"
  | "LOG_HEAD_MISMATCH"
  | "CHAIN_ID_MISMATCH"
  | "RPC_INVALID"
  | "RPC_UNAVAILABLE"
  | "RECEIPT_INVALID"
  | "BOND_UNKNOWN"
  | "CONTACT_INVALID"
  | "BROADCAST_KEY_INVALID"
  | "MEMORY_INVALID"
  | "POLICY_INVALID"
  | "NOTHING_TO_REPORT";

/** What others can verify an error by: numbers, and bytes as hex. */
export type ErrorDetails = Readonly<Record<string, string | number>>;

/** The only error that Tocsin's parsers and verifiers throw. `code` is stable, `message` is for people. */
export class TocsinError extends Error {
  override readonly name = "TocsinError";
  readonly code: ErrorCode;
  /** Evidence, where somebody else is to blame. */
  readonly details?: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: ErrorOptions & { details?: ErrorDetails } = {}) {
    super(message, options);
    this.code = code;
    if (options.details) this.details = options.details;
  }
}
