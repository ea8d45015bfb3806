import { Transaction, Wallet } from "ethers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { verifyProofOnChain } from "@tocsin/protocol/check/verifyOnChain.ts";
import { readProof } from "@tocsin/protocol/log/proofFile.ts";
import type { TestLog } from "../support/deploy.ts";
import { Ledger } from "../support/ledger.ts";
import type { RelayerProcess } from "../support/relayer.ts";
import { get, RelayerBench, until, type Json } from "../support/relayerBench.ts";
import { startRpcProxy, type Interceptor, type RpcProxy } from "../support/rpcProxy.ts";

const DEPTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
/** The chain's own epochs are shorter than the deepest of these reorganisations: what is final is told here. */
const BEHIND: Record<string, number> = { safe: 12, finalized: 16 };

let bench: RelayerBench;
let proxy: RpcProxy;
let log: TestLog;
let relayer: RelayerProcess;
const ledger = new Ledger();
/** What the relayer had sent, and the reports there were, before the test. */
let before: { calls: number; reports: number };

beforeAll(async () => {
  bench = await RelayerBench.start();
  proxy = await startRpcProxy(bench.anvil.url, finalizeLater);
  log = await bench.openLog();
  const flags = ["--bump-after", "3600", "--reports-per-minute", "1000000"];
  relayer = await bench.relayer(log, { rpc: proxy.url, flags });
});
beforeEach(async () => {
  // No reorganisation reaches what was there before the test.
  await mine(12);
  before = { calls: proxy.calls.length, reports: ledger.receipts.size };
});
afterAll(async () => {
  await proxy.stop();
  await bench.stop();
});

const finalizeLater: Interceptor = async ({ method, params, forward }) => {
  const behind = method === "eth_getBlockByNumber" ? BEHIND[String(params[0])] : undefined;
  if (behind === undefined) return forward();
  const latest = Number(await bench.anvil.rpc("eth_blockNumber"));
  return forward([`0x${Math.max(0, latest - behind).toString(16)}`, false]);
};

const mine = (blocks: number): Promise<unknown> =>
  bench.anvil.rpc("anvil_mine", [`0x${blocks.toString(16)}`]);

/** The raw transactions that the relayer sent, each once. */
const sent = (): string[] => [
  ...new Set(
    proxy.calls
      .slice(before.calls)
      .filter(({ method }) => method === "eth_sendRawTransaction")
      .map(({ params }) => params[0] as string),
  ),
];

/** Batches of one report, each in a block of its own, and blocks above them, all within the last `depth`. */
async function anchor(depth: number): Promise<number> {
  const batches = Math.min(depth, 3);
  for (let batch = 1; batch <= batches; batch++) {
    expect(await ledger.submit(relayer.url)).toBe(true);
    await until(countAnchored, (count) => count === before.reports + batch);
  }
  if (depth > batches) await mine(depth - batches);
  return batches;
}

async function countAnchored(): Promise<number> {
  const { reports } = (await get(`${relayer.url}/v1/log`)).json as { reports: Record<string, number> };
  return reports.anchored! + reports.finalized!;
}

/** What the relayer says of the test's own reports. */
function found(): Promise<Json[]> {
  const leaves = [...ledger.receipts.keys()].slice(before.reports);
  return Promise.all(leaves.map(async (leaf) => (await get(`${relayer.url}/v1/reports/${leaf}`)).json));
}

async function places(): Promise<unknown[]> {
  return (await found()).map(({ proof }) => ((proof as Json | undefined)?.block as Json | undefined)?.hash);
}

/** Every report is in the chain once, and the test's own are where their proofs say. */
async function settle(): Promise<void> {
  const { anchored, acknowledged } = await ledger.settle(bench.anvil.rpc, log, relayer.url);
  expect(anchored).toBe(acknowledged);
  await until(countAnchored, (count) => count === acknowledged);
  await until(found, (reports) => reports.every(({ state }) => state === "anchored"));
  await until(
    async () => Promise.all((await found()).map(isProven)),
    (proven) => proven.every(Boolean),
  );
}

/** Whether a report's proof holds on the chain as it is now. */
async function isProven({ proof }: Json): Promise<boolean> {
  try {
    await verifyProofOnChain(bench.anvil.rpc, readProof(proof));
    return true;
  } catch {
    return false;
  }
}

describe.each(DEPTHS)("a reorganisation of depth %i", (depth) => {
  it("that drops the batches: the same bytes are mined again", async () => {
    const batches = await anchor(depth);
    await bench.anvil.rpc("anvil_reorg", [depth, []]);
    await settle();
    expect(sent()).toHaveLength(batches);
  });

  it("that mines them elsewhere: their anchors move", async () => {
    const batches = await anchor(depth);
    const hashes = await places();
    const others = sent().map((raw) => [raw, depth - 1]);
    await bench.anvil.rpc("anvil_reorg", [depth, others]);
    await until(places, (now) => now.every((hash) => hash !== undefined && !hashes.includes(hash)));
    await settle();
    expect(sent()).toHaveLength(batches);
  });

  it("that puts a foreign transaction first: they are signed again behind it", async () => {
    const batches = await anchor(depth);
    const nonce = Math.min(...sent().map((raw) => Transaction.from(raw).nonce));
    const fees = { maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 9n };
    const call = { type: 2, chainId: bench.anvil.chainId, to: bench.anvil.accounts[5]!.address, nonce };
    const foreign = await new Wallet(log.operator.privateKey).signTransaction({
      ...call,
      gasLimit: 21_000n,
      ...fees,
    });
    await bench.anvil.rpc("anvil_reorg", [depth, [[foreign, 0]]]);
    await settle();
    expect(sent().length).toBeGreaterThan(batches);
  });
});

it("and in the end all is finalized, each report once", async () => {
  await mine(20);
  const { acknowledged, anchored, batches } = await ledger.settle(bench.anvil.rpc, log, relayer.url);
  await until(
    async () => ((await get(`${relayer.url}/v1/log`)).json.reports as Record<string, number>).finalized,
    (finalized) => finalized === acknowledged,
  );
  const turnedBack = relayer.output().match(/a reorganisation took a batch out/g)?.length ?? 0;
  process.stdout.write(
    `${3 * DEPTHS.length} reorganisations of depth 1 to 10: ${turnedBack} times a batch was taken out; ` +
      `${acknowledged} reports acknowledged, ${anchored} anchored in ${batches} batches\n`,
  );
});
