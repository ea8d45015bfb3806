import { parseArgs } from "node:util";
import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { fetchBatchFile } from "@tocsin/protocol/check/fetchBatch.ts";
import { readLog } from "@tocsin/protocol/check/readLog.ts";
import type { Rpc } from "@tocsin/protocol/check/rpc.ts";
import { verifyBatchFile } from "@tocsin/protocol/check/verifyBatch.ts";
import type { FoldedBatch } from "@tocsin/protocol/log/fold.ts";
import { addressBytes, type TestLog } from "../test/support/deploy.ts";
import { Ledger } from "../test/support/ledger.ts";
import type { RelayerBench } from "../test/support/relayerBench.ts";
import { WITHOUT_LIMITS, withRelayers } from "./support/relayerLoad.ts";

const usage = `Usage: npm run hammer [-- --seconds 30] [--writers 8] [--readers 2]

Writers report to one relayer as fast as it answers. Readers read the log from the chain again and again: each head must
go on from the last one, and every batch must verify. In the end every receipt must have been kept, once.
`;

interface Read {
  heads: number;
  batches: number;
  entries: number;
}

const rpcOf =
  ({ anvil }: RelayerBench): Rpc =>
  (method, params) =>
    anvil.rpc(method, params);

/** A reader that trusts nothing: it keeps what it read, and compares. */
async function keepReading(
  bench: RelayerBench,
  log: TestLog,
  url: string,
  signal: AbortSignal,
): Promise<Read> {
  const seen: FoldedBatch[] = [];
  const leaves = new Set<string>();
  let heads = 0;
  while (!signal.aborted) {
    const source = { registry: addressBytes(log.registry), logId: log.logId };
    const { batches } = await readLog(rpcOf(bench), source);
    heads += 1;
    for (const [seq, before] of seen.entries()) {
      const now = batches[seq];
      if (!now || !equalBytes(now.root, before.root) || !equalBytes(now.cidDigest, before.cidDigest)) {
        throw new Error(`batch ${seq} is another one than before: the head does not go on from the last one`);
      }
    }
    for (const batch of batches.slice(seen.length)) {
      const { file } = await fetchBatchFile(fetch, [url], batch.cidDigest);
      for (const leaf of verifyBatchFile(file, batch).leaves.map(toHex)) {
        if (leaves.has(leaf)) throw new Error(`${leaf} is anchored twice`);
        leaves.add(leaf);
      }
      seen.push(batch);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { heads, batches: seen.length, entries: leaves.size };
}

async function hammer(options: { seconds: number; writers: number; readers: number }): Promise<void> {
  const { seconds, writers, readers } = options;
  await withRelayers(async (bench, log) => {
    const relayer = await bench.relayer(log, { flags: WITHOUT_LIMITS });
    const ledger = new Ledger();
    const end = AbortSignal.timeout(seconds * 1_000);
    const writing = Array.from({ length: writers }, () => ledger.keepSubmitting(() => relayer.url, end));
    const reading = Array.from({ length: readers }, () => keepReading(bench, log, relayer.url, end));
    const progress = setInterval(() => {
      process.stderr.write(`${ledger.receipts.size} reports acknowledged\n`);
    }, 5_000);
    try {
      await Promise.all(writing);
      for (const [i, { heads, batches, entries }] of (await Promise.all(reading)).entries()) {
        console.log(
          `reader ${i + 1}: ${heads} heads, each goes on from the last; ${batches} batches with ${entries} entries verified`,
        );
      }
    } finally {
      clearInterval(progress);
    }
    const { acknowledged, anchored, batches } = await ledger.settle(rpcOf(bench), log, relayer.url);
    console.log(
      `${acknowledged} reports acknowledged, ${anchored} anchored, each once and in time, in ${batches} batches`,
    );
  });
}

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "30" },
    writers: { type: "string", default: "8" },
    readers: { type: "string", default: "2" },
    help: { type: "boolean", short: "h" },
  },
});
const [seconds, writers, readers] = [values.seconds, values.writers, values.readers].map(Number) as [
  number,
  number,
  number,
];
if (values.help) process.stdout.write(usage);
else if (
  ![seconds, writers, readers].every((value) => Number.isInteger(value) && value >= 1 && value <= 3_600)
) {
  process.stderr.write(`Each number must be whole and from 1 to 3600.\n\n${usage}`);
  process.exitCode = 2;
} else await hammer({ seconds, writers, readers });
