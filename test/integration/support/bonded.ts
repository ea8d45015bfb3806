import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Contract, ContractFactory, JsonRpcProvider, Wallet, type InterfaceAbi } from "ethers";
import { expect } from "vitest";
import { bondAbi } from "@tocsin/protocol/bond/abi.ts";
import type { ReceiptJson } from "@tocsin/protocol/receipt/receipt.ts";
import type { Account } from "../../support/anvil.ts";
import type { TestLog } from "../../support/deploy.ts";
import type { RelayerProcess } from "../../support/relayer.ts";
import { randomReport, submit, type RelayerBench } from "../../support/relayerBench.ts";
import { tocsin, type Run } from "../../support/tocsin.ts";

export const ETHER = 10n ** 18n;
export const PENALTY = ETHER / 2n;
export const COUNTER_BOND = ETHER / 100n;
export const ANSWER_PERIOD = 600;
export const DEMAND_WINDOW = 86_400;
export const LONGEST_RECEIPT = 3_600;
/** Seconds that receipts of the tests' relayers give. */
export const ANCHOR_WITHIN = 60;
export const ANCHOR_FLAGS = ["--anchor-within", String(ANCHOR_WITHIN)];
const TERMS = {
  penalty: PENALTY,
  counterBond: COUNTER_BOND,
  longestReceipt: LONGEST_RECEIPT,
  demandWindow: DEMAND_WINDOW,
  answerPeriod: ANSWER_PERIOD,
};

/** A bond of 2 ether that a log's operator holds, and the commands on it. */
export class Bonded {
  readonly bench: RelayerBench;
  readonly log: TestLog;
  /** Address of the bond contract. */
  readonly bond: string;
  readonly demander: Account;
  /** The flags that every command on the bond takes. */
  readonly flags: string[];
  readonly #folder: string;

  private constructor(bench: RelayerBench, log: TestLog, bond: string) {
    this.bench = bench;
    this.log = log;
    this.bond = bond;
    this.demander = bench.anvil.accounts[5] as Account;
    this.flags = ["--rpc", bench.anvil.url, "--bond", bond];
    this.#folder = bench.newFolder();
  }

  static async start(bench: RelayerBench): Promise<Bonded> {
    const log = await bench.openLog();
    const bonded = new Bonded(bench, log, await deployBond(bench, log.registry));
    await withWallet(bench, log.operator, async (wallet) => {
      const deposit = new Contract(bonded.bond, bondAbi, wallet).getFunction("deposit");
      await (await deposit.send(log.logId, { value: 2n * ETHER })).wait();
    });
    return bonded;
  }

  run(args: readonly string[], account: Account): Promise<Run> {
    return tocsin(args, { env: { TOCSIN_PRIVATE_KEY: account.privateKey } });
  }

  /** Runs a command with --json and gives what it printed. */
  async ask<T>(args: readonly string[], account = this.demander): Promise<T> {
    const { code, stdout, stderr } = await this.run([...args, "--json"], account);
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as T;
  }

  /** Hands a new report to a relayer and keeps what `report submit --json` would print in a file. */
  async report(relayer: RelayerProcess): Promise<{ leaf: string; receipt: ReceiptJson; file: string }> {
    const { json } = await submit(relayer.url, randomReport());
    const { leaf, receipt } = json as unknown as { leaf: string; receipt: ReceiptJson };
    return { leaf, receipt, file: this.write({ receipts: [{ leaf, receipt }], failed: [] }) };
  }

  write(json: unknown): string {
    const file = join(this.#folder, `${crypto.randomUUID()}.json`);
    writeFileSync(file, JSON.stringify(json));
    return file;
  }

  demand(file: string, ...more: string[]): Promise<Run> {
    return this.run(["demand", "open", ...this.flags, "--receipt", file, ...more, "--json"], this.demander);
  }

  /** Demands and gives the demand's id. */
  async demandId(file: string): Promise<string> {
    const { code, stdout, stderr } = await this.demand(file);
    expect(code, stderr).toBe(0);
    return (JSON.parse(stdout) as { demandId: string }).demandId;
  }

  demandStatus(demandId: string): Promise<{ state: string }> {
    return this.ask(["demand", "status", ...this.flags, demandId]);
  }

  bondStatus(): Promise<{ amount: string; reserved: string; credit: string; openDemands: unknown[] }> {
    const of = ["--log", String(this.log.logId), "--relayer", this.log.operator.address];
    return this.ask(["bond", "status", ...this.flags, ...of]);
  }

  /** Lets the chain's time pass. */
  async pass(seconds: number): Promise<void> {
    await this.bench.anvil.rpc("evm_increaseTime", [seconds]);
    await this.bench.anvil.rpc("anvil_mine", ["0x1"]);
  }
}

/** Deploys a ReportBond for a registry and resolves with its address. */
export async function deployBond(bench: Pick<RelayerBench, "anvil">, registry: string): Promise<string> {
  const file = join(import.meta.dirname, "../../../artifacts/contracts/ReportBond.sol/ReportBond.json");
  const { abi, bytecode } = JSON.parse(readFileSync(file, "utf8")) as { abi: InterfaceAbi; bytecode: string };
  return withWallet(bench, bench.anvil.accounts[9] as Account, async (wallet) => {
    const contract = await new ContractFactory(abi, bytecode, wallet).deploy(registry, TERMS);
    await contract.waitForDeployment();
    return (await contract.getAddress()).toLowerCase();
  });
}

/** Acts with an account of the chain, without waiting long for what is mined at once. */
export async function withWallet<T>(
  bench: Pick<RelayerBench, "anvil">,
  account: Account,
  act: (wallet: Wallet) => Promise<T>,
): Promise<T> {
  const options = { staticNetwork: true, cacheTimeout: -1, pollingInterval: 50 };
  const provider = new JsonRpcProvider(bench.anvil.url, bench.anvil.chainId, options);
  try {
    return await act(new Wallet(account.privateKey, provider));
  } finally {
    provider.destroy();
  }
}
