import { randomInt } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { decodeBatchFile } from "@tocsin/protocol/batch/file.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { fetchBatchFile } from "@tocsin/protocol/check/fetchBatch.ts";
import { readLog } from "@tocsin/protocol/check/readLog.ts";
import { addressBytes } from "../support/deploy.ts";
import { get, randomReport, RelayerBench, submit, until, untilState } from "../support/relayerBench.ts";

const KILLS = 25;
const LONGEST_LIFE_MS = 3_000;

let bench: RelayerBench;

beforeAll(async () => {
  bench = await RelayerBench.start();
});
afterAll(async () => {
  await bench.stop();
});

it(`anchors every acknowledged report exactly once across ${KILLS} SIGKILLs at random moments`, async () => {
  const log = await bench.openLog();
  const dataDir = bench.newFolder();
  const flags = ["--reports-per-minute", "100000"];
  const acknowledged: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const relayer = await bench.relayer(log, { dataDir, flags });
    const end = Date.now() + randomInt(LONGEST_LIFE_MS);
    const killed = new Promise<void>((resolve) => {
      setTimeout(() => void relayer.stop("SIGKILL").then(resolve), end - Date.now());
    });
    while (Date.now() < end) {
      const answer = await submit(relayer.url, randomReport()).catch(() => undefined);
      if (answer?.status === 202) acknowledged.push(String(answer.json.leaf));
    }
    await killed;
  }

  const relayer = await bench.relayer(log, { dataDir, flags });
  for (const leaf of acknowledged) await untilState(relayer.url, leaf, "anchored", "finalized");
  await until(
    () => get(`${relayer.url}/v1/log`),
    ({ json }) => (json.reports as { received: number }).received === 0,
  );
  const read = await readLog(bench.anvil.rpc, { registry: addressBytes(log.registry), logId: log.logId });
  const leaves: string[] = [];
  for (const batch of read.batches) {
    const { file } = await fetchBatchFile(fetch, [relayer.url], batch.cidDigest);
    leaves.push(...decodeBatchFile(file).leaves.map(toHex));
  }
  expect(new Set(leaves).size).toBe(leaves.length);
  expect(leaves).toEqual(expect.arrayContaining(acknowledged));
  process.stdout.write(
    `${KILLS} kills, ${acknowledged.length} acknowledged, ${read.batches.length} batches\n`,
  );
});
