import { readFileSync } from "node:fs";
import { RelayerBench } from "../../test/support/relayerBench.ts";
import type { TestLog } from "../../test/support/deploy.ts";

/** The limits that a load generator must not meet: it is one sender. */
export const WITHOUT_LIMITS = ["--reports-per-minute", "1000000000"];

/** Runs a measurement with a chain and relayers of its own, and ends them whatever happens. */
export async function withRelayers<T>(run: (bench: RelayerBench, log: TestLog) => Promise<T>): Promise<T> {
  const bench = await RelayerBench.start();
  try {
    return await run(bench, await bench.openLog());
  } finally {
    await bench.stop();
  }
}

/** The most memory that a process ever held, MB. Linux alone tells. */
export function peakMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_000;
}
