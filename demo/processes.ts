import type { Run } from "../test/support/command.ts";
import { tocsin as runTocsin } from "../test/support/tocsin.ts";
import { tocsinRecorder as runRecorder } from "../test/support/tocsinRecorder.ts";

/**
 * Runs the `tocsin` command to its end.
 * @returns what it printed on stdout
 * @throws with what it printed when it exits with anything but 0
 */
export async function tocsin(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  return stdoutOf(`tocsin ${args.join(" ")}`, await runTocsin(args, { env }));
}

/** As `tocsin`, with the command `tocsin-recorder`. */
export async function tocsinRecorder(args: readonly string[]): Promise<string> {
  return stdoutOf(`tocsin-recorder ${args.join(" ")}`, await runRecorder(args));
}

function stdoutOf(command: string, { code, stdout, stderr }: Run): string {
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${stderr}${stdout}`);
  return stdout;
}
