// The steps of a task: one line each, and all that a tool printed when it fails.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentFor, interruptedBy, run, signalCode } from "./processes.mjs";
import { root } from "./root.mjs";

/** A step that failed and has already said how. */
export class StepFailed extends Error {}

/** The script behind a tool's command, to be run by the Node that was ensured rather than by a shebang or a .cmd file. */
export function tool(name, command = name) {
  const folder = join(root, "node_modules", name);
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return join(folder, typeof bin === "string" ? bin : bin[command]);
}

/** Seconds since `start` (from performance.now()), as people read them. */
export function since(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

/**
 * Runs a script quietly and prints one line on stderr: stdout belongs to results.
 * @throws {StepFailed} when it exits with anything but 0, after printing its whole output
 */
export async function step(node, label, args) {
  const start = performance.now();
  const { code, output } = await run(node, args, { cwd: root, env: environmentFor(node), capture: true });
  stopIfInterrupted();
  console.error(`${code === 0 ? "ok  " : "FAIL"}  ${label}  (${since(start)})`);
  if (code === 0) return output;
  console.error(output.trimEnd());
  throw new StepFailed(label);
}

/** Runs a script with this process's own stdin, stdout and stderr; resolves with its exit code. */
export async function show(node, args) {
  const { code } = await run(node, args, { cwd: root, env: environmentFor(node) });
  return code;
}

/** Ends a task of several steps whose current one was told to end. */
export function stopIfInterrupted() {
  const signal = interruptedBy();
  if (signal) process.exit(signalCode(signal));
}
