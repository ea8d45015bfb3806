import { once } from "node:events";
import { runCommand, startCommand, type Run, type RunOptions } from "./command.ts";

/** Runs the command `tocsin-recorder` to its end. */
export function tocsinRecorder(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return runCommand("tocsin-recorder.mjs", args, options);
}

/** A recorder in a process of its own. */
export interface RunningRecorder {
  /** Where its bridge listens, or undefined. */
  bridgeUrl: string | undefined;
  /** What it has said so far. */
  said(): string;
  /** Sends it a signal and waits for its end; gives the exit code, or null where the signal ended it. */
  end(signal: "SIGTERM" | "SIGINT" | "SIGKILL"): Promise<number | null>;
}

/** Starts `tocsin-recorder run` and waits until it says that it has started. @throws Error with what it said instead */
export async function startRecorder(
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunningRecorder> {
  const child = startCommand("tocsin-recorder.mjs", ["run", ...args], options);
  const exited = once(child, "close");
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      // The line after it tells where the bridge is.
      if (/^started: .*\n.*\n/m.test(said)) resolve();
    });
    void exited.then(() => reject(new Error(said)));
  });
  return {
    bridgeUrl: /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0],
    said: () => said,
    async end(signal) {
      child.kill(signal);
      const [code] = (await exited) as [number | null];
      return code;
    },
  };
}
