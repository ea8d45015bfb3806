import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { styleText } from "node:util";
import { formatEther } from "ethers";
import type { Account } from "../test/support/anvil.ts";
import { startRelayerProcess, type RelayerProcess } from "../test/support/relayer.ts";
import { tocsin } from "./processes.ts";
import { DEMO_FOLDER, startLog, type ChainWithLog } from "./stack.ts";

/** Seconds, short enough to watch; a community takes days. */
const ANCHOR_WITHIN = "20";
const TERMS = ["--longest-receipt", "60", "--demand-window", "3600", "--answer-period", "8"];
const AMOUNTS = ["--penalty", "0.5", "--counter-bond", "0.01"];
const WAIT_MS = 60_000;

/** A chain, and a relayer whose operator holds a bond. */
export interface OmissionStage extends ChainWithLog {
  bond: string;
  relayer: RelayerProcess;
  /** Folder of the relayer's database and blocks. */
  dataDir: string;
  /** Folder of the reporter's files. */
  folder: string;
  reporter: Account;
  stop: () => Promise<void>;
}

/** Starts a chain and a relayer with a bond, which seals so late that it never will here. */
export async function startOmission(options: {
  folder?: string;
  tell: (line: string) => void;
}): Promise<OmissionStage> {
  const { folder = DEMO_FOLDER, tell } = options;
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const chain = await startLog(stops, tell);
    const { anvil, registry, logId, key } = chain;
    const on = ["--rpc", anvil.url, "--registry", registry];
    const { bond } = await ask<{ bond: string }>(["bond", "deploy", ...on, ...TERMS, ...AMOUNTS], key);
    tell(`bonds       ReportBond at ${bond}`);
    const dataDir = join(folder, "relayer");
    const flags = [...on, "--log", logId, "--bond", bond, "--data-dir", dataDir, "--port", "0"];
    const times = ["--seal-at-least", "1", "--seal-every", "31536000", "--anchor-within", ANCHOR_WITHIN];
    const relayer = await startRelayerProcess([...flags, ...times], key, join(folder, "relayer.log"));
    stops.push(() => relayer.stop());
    tell(`relayer     ${relayer.url}`);
    const reporter = anvil.accounts[5] as Account;
    return { ...chain, bond, relayer, dataDir, folder, reporter, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Plays how a relayer that drops a report is made to pay, with the real parts. @throws when a step does not hold */
export async function playOmission(stage: OmissionStage, say: (line: string) => void): Promise<void> {
  const { anvil, bond, logId, operator, reporter } = stage;
  const step = (number: number, title: string): void => say(`\n${styleText("bold", `${number}. ${title}`)}`);
  const evidence = (name: string, value: string | number): void => say(`   ${name.padEnd(14)} ${value}`);
  const at = ["--rpc", anvil.url, "--bond", bond];
  const own = { TOCSIN_PRIVATE_KEY: reporter.privateKey };
  const ofRelayer = [...at, "--log", logId, "--relayer", operator.address];

  step(1, "The relayer's operator puts up a bond");
  await tocsin(["bond", "deposit", ...at, "--log", logId, "--amount", "2"], stage.key);
  const bonded = await ask<BondStatus>(["bond", "status", ...ofRelayer]);
  evidence("bond", `${ether(bonded.amount)} of ${operator.address} for log ${logId}`);
  evidence("penalty", `${ether(bonded.terms.penalty)} for a promise that is not kept`);

  step(2, "Alex reports and gets a receipt: a signed promise");
  const { receipt } = await report(stage);
  const receiptFile = join(stage.folder, "receipt.json");
  writeFileSync(receiptFile, JSON.stringify(receipt));
  evidence("leaf", receipt.leaf);
  evidence("deadline", clock(receipt.deadline));
  evidence("signature", receipt.signature);
  evidence("receipt", receiptFile);

  step(
    3,
    "The relayer drops the report: its process is killed and its data deleted, before anything is sealed",
  );
  await stage.relayer.stop("SIGKILL");
  rmSync(stage.dataDir, { recursive: true });
  evidence("relayer", "gone, with its database and blocks");

  step(4, "The deadline passes; Alex demands the proof and stakes a counter-bond");
  await untilAfter(stage, receipt.deadline);
  const before = await balanceOf(stage, reporter.address);
  const demand = await ask<Demand>(["demand", "open", ...at, "--receipt", receiptFile], own);
  evidence("demand", demand.demandId);
  evidence("head", `${demand.head}: only a proof in this one would be an answer`);
  evidence("counter-bond", ether(demand.counterBond));
  evidence("answer by", clock(demand.answerBy));

  step(5, "Nobody can answer: no history that leads to this head holds the report");
  await untilAfter(stage, demand.answerBy);
  const { state } = await ask<{ state: string }>(["demand", "status", ...at, demand.demandId]);
  if (state !== "claimable") throw new Error(`the demand should be claimable and is ${state}`);
  evidence("demand", state);

  step(6, "The bond is claimed");
  const claim = await ask<{ paid: string; burnt: string; transactionHash: string }>(
    ["demand", "claim", ...at, demand.demandId],
    own,
  );
  await tocsin(["bond", "collect", ...at], own);
  const after = await balanceOf(stage, reporter.address);
  const left = await ask<BondStatus>(["bond", "status", ...ofRelayer]);
  if (BigInt(bonded.amount) - BigInt(left.amount) !== BigInt(bonded.terms.penalty) || after <= before) {
    throw new Error("the relayer should have lost the penalty, and Alex gained");
  }
  evidence("transaction", claim.transactionHash);
  evidence("paid", `${ether(claim.paid)} to Alex: the counter-bond and half of the penalty`);
  evidence("burnt", `${ether(claim.burnt)}: a relayer that demands from itself loses this half`);
  evidence("bond", `${ether(bonded.amount)} before, ${ether(left.amount)} now`);
  evidence("Alex", `${ether(before)} before the demand, ${ether(after)} now, gas included`);
}

interface BondStatus {
  amount: string;
  terms: { penalty: string };
}

interface Demand {
  demandId: string;
  head: string;
  counterBond: string;
  answerBy: number;
}

interface Receipt {
  leaf: string;
  deadline: number;
  signature: string;
}

/** Makes a report, submits it, and has the receipt verified against the log's operator and the bond. */
async function report({ anvil, bond, folder, relayer }: OmissionStage): Promise<{ receipt: Receipt }> {
  const [keys, file] = [join(folder, "alex.keys.jsonl"), join(folder, "alex.reports.hex")];
  const now = Math.floor(Date.now() / 1_000);
  const start = String(now - 4 * 3_600);
  await tocsin(["keys", "new", "--hours", "2", "--start", start, "--out", keys]);
  const span = ["--from", start, "--to", String(now)];
  await tocsin(["report", "create", "--keys", keys, ...span, "--cough", "dry", "--out", file]);
  const to = ["--relayer", relayer.url, "--rpc", anvil.url, "--bond", bond];
  const { receipts } = await ask<{ receipts: { receipt: Receipt }[] }>(["report", "submit", ...to, file]);
  const [first] = receipts;
  if (!first) throw new Error("the relayer gave no receipt");
  return first;
}

async function ask<T>(args: readonly string[], env: Record<string, string> = {}): Promise<T> {
  return JSON.parse(await tocsin([...args, "--json"], env)) as T;
}

/** Waits until the chain's time is later: the chain makes a block a second. */
async function untilAfter({ anvil }: OmissionStage, unixSeconds: number): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const block = (await anvil.rpc("eth_getBlockByNumber", ["latest", false])) as { timestamp: string };
    if (Number(block.timestamp) > unixSeconds) return;
    if (Date.now() > deadline) throw new Error(`the chain's time does not reach ${clock(unixSeconds)}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function balanceOf({ anvil }: OmissionStage, address: string): Promise<bigint> {
  return BigInt((await anvil.rpc("eth_getBalance", [address, "latest"])) as string);
}

function ether(wei: string | bigint): string {
  return `${formatEther(wei)} ether`;
}

function clock(unixSeconds: number): string {
  return new Date(unixSeconds * 1_000).toISOString().slice(11, 19);
}
