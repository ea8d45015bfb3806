import type { ErrorCode } from "@tocsin/protocol/errors.ts";
import type { Failure } from "../verify/explainError.ts";

/** What became of the last check of a source. */
export interface SourceHealth {
  /** Unix seconds. */
  checkedAt: number;
  /** Left out where everything was verified. */
  failure?: Failure;
}

/** Codes of what nobody does by accident: something was hidden, added, altered or made so that nobody can verify it. */
const CAUGHT: ReadonlySet<ErrorCode | "UNEXPECTED"> = new Set([
  "LOG_HEAD_MISMATCH",
  "BATCH_DIGEST_MISMATCH",
  "BATCH_ROOT_MISMATCH",
  "BATCH_COUNT_MISMATCH",
  "BATCH_MAGIC_INVALID",
  "BATCH_TRUNCATED",
  "BATCH_TRAILING_BYTES",
  "BATCH_TOO_LARGE",
  "BATCH_EMPTY",
  "BATCH_NOT_SORTED",
  "BATCH_TCNS_EXCEEDED",
  "ENTRY_INVALID",
]);

/** Whether a source was caught hiding or rewriting, rather than being out of reach. */
export function isCaught({ failure }: SourceHealth): boolean {
  return failure !== undefined && CAUGHT.has(failure.code);
}
