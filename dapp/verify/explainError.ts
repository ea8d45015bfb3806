import { TocsinError, type ErrorCode, type ErrorDetails } from "@tocsin/protocol/errors.ts";
import { t } from "../i18n/i18n.ts";
import { EXPLANATIONS, type Explanation } from "./explanations.ts";

/** A failure as it crosses from the worker, where errors lose their class. `code` is TocsinError's, or UNEXPECTED. */
export interface Failure {
  code: ErrorCode | "UNEXPECTED";
  message: string;
  /** Evidence, where somebody else is to blame. */
  details?: ErrorDetails;
  /** The RPC that was asked then. */
  rpc?: string;
}

/** A failure in plain words, in the user's language. */
export function explainFailure({ code }: Failure): Explanation {
  // It may have been stored by a version of this page that knew other codes.
  const { step, meaning, action } = Object.hasOwn(EXPLANATIONS, code)
    ? EXPLANATIONS[code]
    : EXPLANATIONS.UNEXPECTED;
  return { step: t(step), meaning: t(meaning), action: t(action) };
}

export function toFailure(error: unknown): Failure {
  if (error instanceof TocsinError) {
    const { code, message, details } = error;
    return { code, message, ...(details ? { details } : {}) };
  }
  return { code: "UNEXPECTED", message: error instanceof Error ? error.message : String(error) };
}
