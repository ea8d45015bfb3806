import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import type { TestLog } from "./deploy.ts";
import { RelayerBench } from "./relayerBench.ts";

/**
 * Gives a test file a chain of its own, and each test a log of its own, whose relayers end with it.
 * @param receive takes both before each test
 */
export function useRelayerBench(receive: (bench: RelayerBench, log: TestLog) => void): void {
  let bench: RelayerBench;
  beforeAll(async () => {
    bench = await RelayerBench.start();
  });
  beforeEach(async () => {
    receive(bench, await bench.openLog());
  });
  afterEach(async () => {
    await bench.endRelayers();
  });
  afterAll(async () => {
    await bench.stop();
  });
}
