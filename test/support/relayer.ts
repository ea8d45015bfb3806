import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";

const LAUNCHER = join(import.meta.dirname, "../../bin/tocsin.mjs");
/** A little less than a test has, so that it fails with the relayer's output. */
const START_TIMEOUT_MS = 110_000;

/** `tocsin serve` as a process of its own. */
export interface RelayerProcess {
  url: string;
  pid: number;
  /** Everything that it printed so far, stdout and stderr. */
  output(): string;
  /** Ends it, as an operator would (SIGTERM) or as a power cut would (SIGKILL), and waits for its end. */
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
}

/**
 * Starts a relayer and waits until it listens.
 * @param args flags of `tocsin serve`
 * @param logFile where its output goes as well, if anywhere
 * @param fileLimit how long its files may become, in blocks of 512 bytes
 * @throws with its output when it ends instead
 */
export async function startRelayerProcess(
  args: readonly string[],
  env: Record<string, string>,
  logFile?: string,
  fileLimit?: number,
): Promise<RelayerProcess> {
  const command = [process.execPath, LAUNCHER, "serve", ...args];
  // A limit on the size of files ends a write as a full disk does, without one.
  const limited = ["sh", "-c", `ulimit -f ${String(fileLimit)}; exec "$0" "$@"`, ...command];
  const [program, ...rest] = fileLimit === undefined ? command : limited;
  const child = spawn(program!, rest, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A run that dies must not leave relayers behind.
  const kill = (): boolean => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));

  let output = "";
  const log = logFile === undefined ? undefined : createWriteStream(logFile);
  const listening = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      kill();
      reject(new Error(`the relayer did not start:\n${output}`));
    }, START_TIMEOUT_MS);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        log?.write(chunk);
        const url = /listening on (\S+)\n/.exec(output)?.[1];
        if (url === undefined) return;
        clearTimeout(timer);
        resolve(url);
      });
    }
    child.once("close", (code) => {
      clearTimeout(timer);
      log?.end();
      reject(new Error(`the relayer ended with ${code}:\n${output}`));
    });
    child.once("spawn", () => timer.unref());
  });
  return {
    url: await listening,
    pid: child.pid as number,
    output: () => output,
    async stop(signal = "SIGTERM") {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await once(child, "close");
    },
  };
}
