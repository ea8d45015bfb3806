import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { AcceleratedClock } from "./acceleratedClock.ts";
import type { SimulatedMachine } from "./simulatedMachine.ts";

const entry = join(import.meta.dirname, "simulatedRecorder.ts");

/** A recorder that runs in a process of its own, on a simulated machine and in simulated time. */
export interface RecorderProcess {
  /** Where pages reach it. */
  bridgeUrl: string;
  pid: number;
  /** What it wrote to stderr so far. */
  output(): string;
  /** Ends it, as an operator would (SIGTERM) or as a power cut would (SIGKILL), and waits for its end. */
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
}

/**
 * Resolves when the recorder is up.
 * @param clock the air's; time that stands may begin when all recorders are up, however long a busy machine starts them
 * @param environment further settings
 * @throws with its output when it ends instead
 */
export async function startRecorderProcess(
  machine: SimulatedMachine,
  clock: AcceleratedClock,
  environment: Record<string, string> = {},
): Promise<RecorderProcess> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", entry], {
    env: { ...process.env, ...machine.environment, ...clock.environment(), ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  // One that has ended reads nothing any more.
  child.stdin.on("error", () => undefined);
  clock.onBegin((startedAt) => child.stdin.end(String(startedAt)));
  // A run that dies must not leave recorders behind.
  const kill = (): boolean => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  let [said, output] = ["", ""];
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  const bridgeUrl = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      said += chunk;
      if (said.endsWith("\n")) resolve((JSON.parse(said) as { bridgeUrl: string }).bridgeUrl);
    });
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`the recorder ended with ${code}:\n${output}`)));
  });
  return {
    bridgeUrl,
    pid: child.pid!,
    output: () => output,
    stop: async (signal = "SIGTERM") => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await once(child, "close");
    },
  };
}
