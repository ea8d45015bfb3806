import { once } from "node:events";
import type { Failure } from "./errors.ts";

/** Writes a line to stdout, and waits where the reader is slower than the writer. */
export async function printLine(text: string): Promise<void> {
  if (!process.stdout.write(`${text}\n`)) await once(process.stdout, "drain");
}

/** One JSON value on one line of stdout. */
export async function printJson(value: unknown): Promise<void> {
  await printLine(JSON.stringify(value));
}

/** A remark for people, on stderr: stdout belongs to results. */
export function note(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

/** `error CODE: message` on stderr, and with --json the same as an object on stdout. */
export async function printFailure({ code, message }: Failure, json: boolean): Promise<void> {
  note(`error ${code}: ${message}`);
  if (json) await printJson({ error: { code, message } });
}

/** Text from outside on one line, without what a terminal would obey. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, " ").trim();
}

/** A reader that has seen enough, as in `tocsin inspect | head`, is no failure. */
export function endWhenNobodyReads(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(process.exitCode ?? 0);
  });
}

/**
 * Shows how far a long task has come: on a terminal one line that changes, elsewhere a line for every new phase.
 * Call `end` before anything else is written to stderr.
 */
export function startProgress(): {
  show(phase: string, done: number, total: number): void;
  end(): void;
} {
  const terminal = process.stderr.isTTY;
  let last = "";
  return {
    show(phase, done, total) {
      if (terminal) process.stderr.write(`\r\x1b[K${phase}  ${done} of ${total}`);
      else if (phase !== last) process.stderr.write(`${phase} (${total})\n`);
      last = phase;
    },
    end() {
      if (terminal && last !== "") process.stderr.write("\r\x1b[K");
    },
  };
}
