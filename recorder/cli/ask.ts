import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { Writable, type Readable } from "node:stream";
import { CliError } from "@tocsin/relayer/cli/errors.ts";

/** Where a person can be asked: stdout belongs to results. */
export interface Terminal {
  input: Readable & { isTTY?: boolean };
  output: Writable & { isTTY?: boolean };
}

const PERSON: Terminal = { input: process.stdin, output: process.stderr };

/** Whether somebody is there to be asked. */
export function canAsk({ input, output }: Terminal = PERSON): boolean {
  return input.isTTY === true && output.isTTY === true;
}

/**
 * Asks a person at the terminal; anything but yes is no.
 * @param instead what to do where nobody can be asked
 * @throws USAGE_INVALID without a terminal
 */
export async function confirm(
  question: string,
  instead: string,
  terminal: Terminal = PERSON,
): Promise<boolean> {
  if (!canAsk(terminal)) throw new CliError("USAGE_INVALID", `there is no terminal to ask at: ${instead}`);
  const answer = await ask(`${question} [y/N] `, terminal);
  return /^y(es)?$/i.test(answer.trim());
}

/** Asks for a text that is not shown while it is typed. There must be a terminal. */
export async function askSecret(question: string, terminal: Terminal = PERSON): Promise<string> {
  terminal.output.write(`${question}: `);
  const unseen = new Writable({
    write(_chunk, _encoding, done) {
      done();
    },
  });
  const answer = await ask("", { input: terminal.input, output: unseen });
  terminal.output.write("\n");
  return answer;
}

/** The line that is typed; nothing where the input ends, or Ctrl-C is pressed, instead. */
async function ask(prompt: string, { input, output }: Terminal): Promise<string> {
  const lines = createInterface({ input, output, terminal: true });
  const ended = once(lines, "close").then(() => "");
  try {
    return await Promise.race([lines.question(prompt).catch(() => ""), ended]);
  } finally {
    lines.close();
  }
}
