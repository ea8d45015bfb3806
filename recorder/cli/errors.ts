import { toFailure, type Failure } from "@tocsin/relayer/cli/errors.ts";
import { RecorderError } from "../errors.ts";

/** Every error as a failure. Nothing but code and message of it is ever shown. */
export function explain(error: unknown): Failure {
  if (!(error instanceof RecorderError)) return toFailure(error);
  return { code: error.code, message: error.message, exitCode: 1 };
}
