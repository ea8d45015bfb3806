import { randomInt } from "node:crypto";
import { mkdirSync, watch } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TestLog } from "../support/deploy.ts";
import { Ledger } from "../support/ledger.ts";
import type { RelayerProcess } from "../support/relayer.ts";
import { RelayerBench, until, type Submission } from "../support/relayerBench.ts";
import { startRpcProxy, type RpcCall, type RpcProxy } from "../support/rpcProxy.ts";
import { tocsin } from "../support/tocsin.ts";

const KILLS = 200;
const LONGEST_LIFE_MS = 700;
/** Blocks of 512 bytes that a file of the full disk may have: room for some hundred reports. */
const FULL_AT = 2_048;
const REFUSALS = 20;
const FLAGS = ["--reports-per-minute", "1000000", "--anchor-within", "86400"];

let bench: RelayerBench;
let proxy: RpcProxy;

beforeAll(async () => {
  bench = await RelayerBench.start();
  proxy = await startRpcProxy(bench.anvil.url);
});
afterAll(async () => {
  await proxy.stop();
  await bench.stop();
});

const RANDOM_KILLS = `anchors every acknowledged report exactly once across ${KILLS} SIGKILLs at random moments`;

it(RANDOM_KILLS, { timeout: 1_800_000 }, async () => {
  const log = await bench.openLog();
  const dataDir = bench.newFolder();
  const ledger = new Ledger();
  for (let kill = 0; kill < KILLS; kill++) {
    const relayer = await bench.relayer(log, { dataDir, flags: FLAGS });
    const submitting = new AbortController();
    const writers = [1, 2, 3].map(() => ledger.keepSubmitting(() => relayer.url, submitting.signal));
    await new Promise((resolve) => setTimeout(resolve, randomInt(LONGEST_LIFE_MS)));
    const killed = relayer.stop("SIGKILL");
    // What is on its way breaks off; nothing more is sent to a port that somebody else may have by then.
    submitting.abort();
    await Promise.all([killed, ...writers]);
  }
  await settle(log, dataDir, ledger, `${KILLS} kills at random moments`);
});

/**
 * Kills the relayer at one point of a report's way, not before it has given a receipt: a batch may be sealed while the
 * first one is being signed. Gives up its life as a promise that ends with the kill.
 */
type Boundary = (relayer: RelayerProcess, blocks: string, ledger: Ledger) => Promise<void>;

const isOwing = ({ receipts }: Ledger): boolean => receipts.size > 0;
const untilOwing = (ledger: Ledger): Promise<unknown> => until(async () => isOwing(ledger), Boolean);

/** When the first receipt is in a reporter's hands. */
const atReceipt: Boundary = async (relayer, _blocks, ledger) => {
  await untilOwing(ledger);
  await relayer.stop("SIGKILL");
};

/** At the moment when a line of its log says that a batch took a step. */
const atLine = (line: string): Boundary => {
  return async (relayer, _blocks, ledger) => {
    const lines = async (): Promise<number> => relayer.output().split(line).length;
    await untilOwing(ledger);
    const before = await lines();
    await until(lines, (count) => count > before);
    await relayer.stop("SIGKILL");
  };
};

/** When it asks its RPC something: before the node is asked, or after it was and before it answers. */
const atCall = (method: string, when: "before" | "after"): Boundary => {
  return (relayer, _blocks, ledger) =>
    new Promise((resolve) => {
      proxy.intercept(async (call: RpcCall) => {
        if (call.method !== method || !isOwing(ledger)) return call.forward();
        if (when === "after") await call.forward().catch(() => undefined);
        proxy.intercept();
        await relayer.stop("SIGKILL");
        resolve();
        throw new Error("killed");
      });
    });
};

/** When a file of the block store appears: the temporary one, or the block under its name. */
const atFile = (pattern: RegExp): Boundary => {
  return (relayer, blocks, ledger) =>
    new Promise((resolve) => {
      const watcher = watch(blocks, (_, name) => {
        if (name === null || !pattern.test(name) || !isOwing(ledger)) return;
        watcher.close();
        void relayer.stop("SIGKILL").then(resolve);
      });
    });
};

const boundaries: Record<string, Boundary> = {
  "received: the receipt was just given": atReceipt,
  "sealed: the batch is in the database and nowhere else": atLine("batch sealed"),
  "half stored: the block is a temporary file": atFile(/\.tmp$/),
  "written: the block has its name, the database does not know": atFile(/^bafk/),
  "stored: the batch may be posted": atLine("batch stored"),
  "signed: the transaction is recorded and not sent": atCall("eth_sendRawTransaction", "before"),
  "sent: the transaction is out and the answer is not in": atCall("eth_sendRawTransaction", "after"),
  "posted: the transaction is out": atLine("batch posted"),
  "mined: the chain has the batch and the database does not know": atCall("eth_getLogs", "after"),
  "anchored: the database knows": atLine("batch anchored"),
  "finalized: nothing is left to do": atLine("batch finalized"),
};

it.each(Object.entries(boundaries))("survives a SIGKILL when a batch is %s", async (name, boundary) => {
  const log = await bench.openLog();
  const dataDir = bench.newFolder();
  const blocks = join(dataDir, "blocks");
  mkdirSync(blocks, { recursive: true });
  const ledger = new Ledger();
  const relayer = await bench.relayer(log, { dataDir, flags: FLAGS, rpc: proxy.url });
  const submitting = new AbortController();
  const killed = boundary(relayer, blocks, ledger);
  const mining = name.startsWith("finalized") ? mineOn(submitting.signal) : Promise.resolve();
  const writers = [1, 2, 3].map(() => ledger.keepSubmitting(() => relayer.url, submitting.signal));
  await killed;
  submitting.abort();
  await Promise.all([...writers, mining]);
  proxy.intercept();
  await settle(log, dataDir, ledger, name);
});

it("refuses reports while the disk is full, and loses none that it acknowledged", async () => {
  const log = await bench.openLog();
  const dataDir = bench.newFolder();
  const ledger = new Ledger();
  const flags = [...FLAGS, "--seal-every", "31536000"];
  const relayer = await bench.relayer(log, { dataDir, flags, fileLimit: FULL_AT });
  // One report needs fewer pages of the database than another: after a refusal, some still find room.
  const refused: (Submission | undefined)[] = [];
  while (refused.length < REFUSALS) {
    const answer = await ledger.offer(relayer.url);
    if (answer?.status !== 202) refused.push(answer);
  }
  for (const answer of refused) expect(answer).toMatchObject({ status: 503, json: { code: "STORAGE_FULL" } });
  await relayer.stop("SIGKILL");
  await settle(log, dataDir, ledger, "a full disk");
});

/** Blocks without transactions, for what has to become final. */
async function mineOn(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await bench.anvil.rpc("anvil_mine", ["0x4"]);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function settle(log: TestLog, dataDir: string, ledger: Ledger, what: string): Promise<void> {
  const relayer = await bench.relayer(log, { dataDir, flags: FLAGS });
  const balance = await ledger.settle(bench.anvil.rpc, log, relayer.url);
  expect(balance.acknowledged).toBeGreaterThan(0);
  await relayer.stop();
  const source = ["--rpc", bench.anvil.url, "--registry", log.registry, "--log", String(log.logId)];
  const fsck = await tocsin(["fsck", ...source, "--data-dir", dataDir, "--json"], {
    env: { TOCSIN_PRIVATE_KEY: log.operator.privateKey },
  });
  expect(JSON.parse(fsck.stdout)).toMatchObject({ clean: true, findings: [] });
  process.stdout.write(
    `${what}: ${balance.acknowledged} acknowledged, ${balance.anchored} anchored, ${balance.batches} batches\n`,
  );
}
