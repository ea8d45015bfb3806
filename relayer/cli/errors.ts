import { TocsinError } from "@tocsin/protocol/errors.ts";
import { StartError } from "../errors.ts";

/** 1: what was asked for failed or did not verify. 2: wrong usage or unreadable input. */
export type ExitCode = 1 | 2;

/** Codes of the command line's own failures; those of the protocol and of a relayer are passed on as they are. */
const OWN_CODES = {
  USAGE_INVALID: 2,
  INPUT_UNREADABLE: 2,
  FILE_EXISTS: 1,
  OUTPUT_UNWRITABLE: 1,
  RELAYER_UNAVAILABLE: 1,
  REPORT_UNKNOWN: 1,
  ARTIFACTS_MISSING: 1,
  FUNDS_INSUFFICIENT: 1,
  TRANSACTION_FAILED: 1,
  BOND_OF_ANOTHER_REGISTRY: 1,
  BOND_TOO_SMALL: 1,
  RECEIPT_NOT_BONDED: 1,
  DEMAND_TOO_EARLY: 1,
  DEMAND_TOO_LATE: 1,
  DEMAND_UNKNOWN: 1,
  DEMAND_SETTLED: 1,
  CLAIM_TOO_EARLY: 1,
  ENTRY_ANCHORED: 1,
} as const satisfies Record<string, ExitCode>;

/** A failure of the command line itself, with a stable code. `message` is for people. */
export class CliError extends Error {
  readonly code: keyof typeof OWN_CODES;

  constructor(code: keyof typeof OWN_CODES, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A refusal that a relayer explained with a code of its own. */
export class RelayerRefusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What is told about an error: a stable code, one sentence, and how the process ends. */
export interface Failure {
  code: string;
  message: string;
  exitCode: ExitCode;
}

/** Every error as a failure. Nothing but code and message of it is ever shown. */
export function toFailure(error: unknown): Failure {
  if (error instanceof CliError) {
    return { code: error.code, message: error.message, exitCode: OWN_CODES[error.code] };
  }
  if (error instanceof StartError) {
    const exitCode = error.code === "CONFIG_INVALID" ? 2 : 1;
    return { code: error.code, message: error.message, exitCode };
  }
  if (error instanceof TocsinError || error instanceof RelayerRefusal) {
    return { code: error.code, message: error.message, exitCode: 1 };
  }
  return { code: "INTERNAL", message: error instanceof Error ? error.message : String(error), exitCode: 1 };
}

/** Puts a place such as "line 3" in front of the message of an error of the protocol. */
export function inPlace(place: string, error: unknown): unknown {
  if (!(error instanceof TocsinError)) return error;
  return new TocsinError(error.code, `${place}: ${error.message}`, { cause: error });
}
