import { runCommand, type Run, type RunOptions } from "./command.ts";

export type { Run } from "./command.ts";

/** Runs the command `tocsin`. */
export function tocsin(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return runCommand("tocsin.mjs", args, options);
}

/** The JSON values that a command printed, one a line. */
export function jsonLines(stdout: string): unknown[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown);
}
