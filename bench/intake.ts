import { randomBytes } from "node:crypto";
import { encodeUpload, UPLOAD_TYPE } from "@tocsin/protocol/upload/upload.ts";
import { get, randomReport, submit, until, untilState, type Json } from "../test/support/relayerBench.ts";
import { fillBacklog } from "../test/support/backlog.ts";
import { untilAnchored } from "../test/support/ledger.ts";
import { postRequest, sendLoad, type Load } from "./support/load.ts";
import { median } from "./support/measure.ts";
import { peakMemory, WITHOUT_LIMITS, withRelayers } from "./support/relayerLoad.ts";
import type { Result } from "./support/report.ts";
import { signReports, verifyByPlatform } from "./support/signedReports.ts";

const WARM_UPS = 6;
const ROUNDS = 12;
const ROUND_SECONDS = 4;
const CONNECTIONS = 256;
/** More than a round can take. */
const REPORTS_A_ROUND = 30_000;
const BASELINE_REPORTS = 3_000;
const BACKLOG = 1_000_000;
const BATCH_SIZES = [10, 100, 1_000, 7_000];
const WAITS = 20;
/** Seconds; the relayer seals this often in the measurement of the time to anchored. */
const SEAL_EVERY = 1;

/**
 * A relayer process under load, with its real database on the disk: durable accepted reports a second against the
 * platform's own Ed25519, memory with a large backlog, cost of a report by batch size, time until anchored.
 */
export async function benchIntake(): Promise<Result[]> {
  return [...(await throughput()), ...(await memory()), ...(await costBySize()), ...(await timeToAnchored())];
}

/** Baseline and load take turns in short rounds, so that the machine's moods meet both. */
async function throughput(): Promise<Result[]> {
  const baselines: number[] = [];
  const loads: Load[] = [];
  await withRelayers(async (bench, log) => {
    const relayer = await bench.relayer(log, { flags: [...WITHOUT_LIMITS, "--poll-interval", "5"] });
    const known = signReports(BASELINE_REPORTS);
    for (let round = 0; round < WARM_UPS + ROUNDS; round++) {
      const requests = requestsFor(REPORTS_A_ROUND);
      const before = verifyRate(known);
      const load = await sendLoad(relayer.url, requests, {
        connections: CONNECTIONS,
        seconds: ROUND_SECONDS,
      });
      if (load.refused.size > 0) throw new Error(`refused: ${JSON.stringify([...load.refused])}`);
      const after = verifyRate(known);
      if (round < WARM_UPS) continue;
      loads.push(load);
      baselines.push(before, after);
    }
  });
  const latencies = loads.flatMap((load) => load.latencies).sort((a, b) => a - b);
  const at = (part: number): number => latencies[Math.floor(part * (latencies.length - 1))] ?? Number.NaN;
  return [
    { name: "ed25519-verify", value: median(baselines), unit: "reports/s", baseline: "ed25519-verify" },
    {
      name: "accepted",
      value: median(loads.map(({ accepted, seconds }) => accepted / seconds)),
      unit: "reports/s",
      baseline: "ed25519-verify",
    },
    { name: "latency-p50", value: at(0.5), unit: "ms", baseline: "latency-p50" },
    { name: "latency-p99", value: at(0.99), unit: "ms", baseline: "latency-p50" },
  ];
}

/** Uploads of new reports, as Tocsin's own clients send them. */
function requestsFor(reports: number): Uint8Array[] {
  const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
  return signReports(reports).map((report) =>
    postRequest("/v1/reports", UPLOAD_TYPE, encodeUpload(report, random)),
  );
}

/** Reports a second whose signatures one thread of the platform verifies. */
function verifyRate(reports: readonly Uint8Array[]): number {
  const start = performance.now();
  if (!reports.every(verifyByPlatform)) throw new Error("a signature does not verify");
  return (reports.length * 1_000) / (performance.now() - start);
}

/** The most memory that a relayer ever holds that starts with a million waiting reports and anchors them all. */
async function memory(): Promise<Result[]> {
  const peaks: number[] = [];
  for (const backlog of [0, BACKLOG]) {
    await withRelayers(async (bench, log) => {
      const dataDir = bench.newFolder();
      await fillBacklog(dataDir, backlog);
      const relayer = await bench.relayer(log, { dataDir, flags: WITHOUT_LIMITS });
      await submit(relayer.url, randomReport());
      await untilAnchored(relayer.url);
      peaks.push(peakMemory(relayer.pid));
    });
  }
  const [empty, full] = peaks as [number, number];
  return [
    { name: "memory-empty", value: empty, unit: "MB", baseline: "memory-empty" },
    { name: "memory-1m-backlog", value: full, unit: "MB", baseline: "memory-empty" },
  ];
}

/** Gas of anchoring a report, from the transaction that the relayer sent for a batch of each size. */
async function costBySize(): Promise<Result[]> {
  return withRelayers(async (bench) => {
    const results: Result[] = [];
    for (const size of BATCH_SIZES) {
      const flags = [...WITHOUT_LIMITS, "--seal-every", "31536000", "--seal-at", String(size)];
      const relayer = await bench.relayer(await bench.openLog(), { flags });
      await sendLoad(relayer.url, requestsFor(size), { connections: CONNECTIONS, seconds: 60 });
      const { json } = await until(
        () => get(`${relayer.url}/v1/batches`),
        ({ json: { batches } }) => (batches as Json[])[0]?.transactionHash !== undefined,
      );
      const [batch] = json.batches as { count: number; transactionHash: string }[];
      const receipt = (await bench.anvil.rpc("eth_getTransactionReceipt", [batch!.transactionHash])) as Json;
      const value = Number(receipt.gasUsed) / batch!.count;
      results.push({ name: `gas-a-report-${size}`, value, unit: "gas", baseline: "gas-a-report-10" });
      await bench.endRelayers();
    }
    return results;
  });
}

/** Seconds from a report's receipt to its batch's place in the chain, with a block for each transaction. */
async function timeToAnchored(): Promise<Result[]> {
  return withRelayers(async (bench, log) => {
    const relayer = await bench.relayer(log, { flags: WITHOUT_LIMITS });
    const waits: number[] = [];
    for (let i = 0; i < WAITS; i++) {
      const { json } = await submit(relayer.url, randomReport());
      const accepted = performance.now();
      await untilState(relayer.url, json.leaf, "anchored", "finalized");
      waits.push((performance.now() - accepted) / 1_000);
    }
    return [
      { name: "seal-interval", value: SEAL_EVERY, unit: "s", baseline: "seal-interval" },
      { name: "time-to-anchored", value: median(waits), unit: "s", baseline: "seal-interval" },
    ];
  });
}
