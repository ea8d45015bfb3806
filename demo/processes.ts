import { tocsin as run } from "../test/support/tocsin.ts";

/**
 * Runs the `tocsin` command to its end.
 * @returns what it printed on stdout
 * @throws with what it printed when it exits with anything but 0
 */
export async function tocsin(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await run(args, { env });
  if (code !== 0) throw new Error(`tocsin ${args.join(" ")} ended with ${code}:\n${stderr}${stdout}`);
  return stdout;
}
