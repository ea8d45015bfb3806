import { rmSync, writeFileSync } from "node:fs";
import { Contract } from "ethers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { ReceiptJson } from "@tocsin/protocol/receipt/receipt.ts";
import type { Account } from "../support/anvil.ts";
import { deployRegistry } from "../support/deploy.ts";
import type { RelayerProcess } from "../support/relayer.ts";
import { get, randomReport, RelayerBench, until, untilState } from "../support/relayerBench.ts";
import type { Run } from "../support/tocsin.ts";
import {
  ANCHOR_FLAGS,
  ANCHOR_WITHIN,
  ANSWER_PERIOD,
  Bonded,
  COUNTER_BOND,
  deployBond,
  DEMAND_WINDOW,
  ETHER,
  LONGEST_RECEIPT,
  PENALTY,
  withWallet,
} from "./support/bonded.ts";

// Every step starts a process.
vi.setConfig({ testTimeout: 120_000 });

let bench: RelayerBench;
let bonded: Bonded;

// Each test moves its chain's time.
beforeEach(async () => {
  bench = await RelayerBench.start();
  bonded = await Bonded.start(bench);
});
afterEach(async () => {
  await bench.stop();
});

const balanceOf = async (account: Account): Promise<bigint> =>
  BigInt((await bench.anvil.rpc("eth_getBalance", [account.address, "latest"])) as string);
const refused = (code: string): object => ({ code: 1, stderr: expect.stringMatching(`error ${code}: `) });

describe("a relayer that keeps its promises", () => {
  it("answers every demand by itself, wins the counter-bonds, and goes on publishing", async () => {
    const relayer = await bench.relayer(bonded.log, { flags: ["--bond", bonded.bond, ...ANCHOR_FLAGS] });
    expect((await get(`${relayer.url}/v1/log`)).json).toMatchObject({ bond: bonded.bond });
    const reports = [await bonded.report(relayer), await bonded.report(relayer)];
    for (const { leaf } of reports) await untilState(relayer.url, leaf, "anchored", "finalized");
    await bonded.pass(ANCHOR_WITHIN + 1);

    const [first, second] = reports as [(typeof reports)[0], (typeof reports)[0]];
    const warned = await bonded.demand(first.file, "--gateway", relayer.url);
    expect(warned).toMatchObject(refused("ENTRY_ANCHORED"));
    const before = await balanceOf(bonded.demander);
    const demands = [await bonded.demandId(first.file), await bonded.demandId(second.file)];
    const later = await bonded.report(relayer);
    for (const demand of demands) {
      await until(
        () => bonded.demandStatus(demand),
        ({ state }) => state === "answered",
      );
    }
    await untilState(relayer.url, later.leaf, "anchored", "finalized");

    expect(await bonded.bondStatus()).toMatchObject({
      amount: String(2n * ETHER),
      reserved: "0",
      credit: String(2n * COUNTER_BOND),
      openDemands: [],
    });
    expect(await balanceOf(bonded.demander)).toBeLessThan(before - 2n * COUNTER_BOND);
    expect((await get(`${relayer.url}/readyz`)).json).toMatchObject({ ready: true, reasons: [] });

    // What it won it can collect, and its bond it can withdraw after the delay.
    const to = `0x${"c0".repeat(20)}`;
    const collected = await bonded.ask(["bond", "collect", ...bonded.flags, "--to", to], bonded.log.operator);
    expect(collected).toMatchObject({ to, amount: String(2n * COUNTER_BOND) });
    expect(await balanceOf({ address: to, privateKey: "" })).toBe(2n * COUNTER_BOND);
  });

  it("answers once it runs again, even when its log has been handed on", async () => {
    const dataDir = bench.newFolder();
    const flags = ["--bond", bonded.bond, ...ANCHOR_FLAGS];
    const relayer = await bench.relayer(bonded.log, { dataDir, flags });
    const { leaf, file } = await bonded.report(relayer);
    await untilState(relayer.url, leaf, "anchored", "finalized");
    const { size, total, peaks } = (await get(`${relayer.url}/v1/log`)).json as unknown as LogOfRelayer;
    await relayer.stop();
    await handOn(size, total, peaks);
    await bonded.pass(ANCHOR_WITHIN + 1);
    const demand = await bonded.demandId(file);

    const again = await bench.relayer(bonded.log, { dataDir, flags });
    await until(
      () => bonded.demandStatus(demand),
      ({ state }) => state === "answered",
    );
    // The round that sent the answer may still be under way.
    const ready = await until(
      () => get(`${again.url}/readyz`),
      ({ json }) => json.code === "HEAD_UNKNOWN",
    );
    expect(ready).toMatchObject({ status: 503, json: { ready: false } });
  });

  it("puts up a bond, and withdraws it after the delay and not before", async () => {
    const { operator, registry, logId } = bonded.log;
    const on = ["--rpc", bench.anvil.url];
    const terms = ["--longest-receipt", String(LONGEST_RECEIPT), "--demand-window", String(DEMAND_WINDOW)];
    const deploy = ["bond", "deploy", ...on, "--registry", registry, "--penalty", "0.25", ...terms];
    const { bond } = await bonded.ask<{ bond: string }>(deploy);
    const flags = [...on, "--bond", bond, "--log", String(logId)];
    expect(await bonded.ask(["bond", "deposit", ...flags, "--amount", "0.75"], operator)).toMatchObject({
      relayer: operator.address.toLowerCase(),
      amount: String((ETHER * 3n) / 4n),
      withdrawableAt: 0,
    });
    const nowhere = ["bond", "deposit", ...on, "--bond", bond, "--log", String(logId + 1), "--amount", "1"];
    expect(await bonded.run(nowhere, operator)).toMatchObject(refused("LOG_UNKNOWN"));
    const noBond = ["bond", "deposit", ...on, "--bond", operator.address, "--log", "1", "--amount", "1"];
    expect(await bonded.run(noBond, operator)).toMatchObject(refused("BOND_UNKNOWN"));

    expect(await bonded.run(["bond", "withdraw", ...flags], operator)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/error TRANSACTION_FAILED: the contract refuses: WithdrawalNotRequested/),
    });
    await bonded.ask(["bond", "request-withdrawal", ...flags], operator);
    await bonded.ask(["bond", "cancel-withdrawal", ...flags], operator);
    const { withdrawableAt } = await bonded.ask<{ withdrawableAt: number }>(
      ["bond", "request-withdrawal", ...flags],
      operator,
    );
    const early = await bonded.run(["bond", "withdraw", ...flags], operator);
    expect(early.stderr).toContain(`the contract refuses: WithdrawalTooEarly(${withdrawableAt})`);
    await bonded.pass(LONGEST_RECEIPT + DEMAND_WINDOW + 1);
    expect(await bonded.ask(["bond", "withdraw", ...flags], operator)).toMatchObject({
      amount: "0",
      credit: String((ETHER * 3n) / 4n),
    });
  });
});

describe("a relayer that drops a report", () => {
  it("loses the penalty: half to whoever demanded, half burnt", async () => {
    const dataDir = bench.newFolder();
    const flags = ["--bond", bonded.bond, ...ANCHOR_FLAGS];
    const relayer = await bench.relayer(bonded.log, {
      dataDir,
      flags: [...flags, "--seal-at-least", "1", "--seal-every", "31536000"],
    });
    const { file, leaf } = await bonded.report(relayer);
    await relayer.stop("SIGKILL");
    rmSync(dataDir, { recursive: true });

    await bonded.pass(ANCHOR_WITHIN + 1);
    const before = await balanceOf(bonded.demander);
    const demand = await bonded.demandId(file);
    expect(await bonded.bondStatus()).toMatchObject({
      reserved: String(PENALTY),
      openDemands: [{ demandId: demand, leaf: `0x${leaf}` }],
    });
    const claim = ["demand", "claim", ...bonded.flags, demand];
    expect(await bonded.run(claim, bonded.demander)).toMatchObject(refused("CLAIM_TOO_EARLY"));
    expect(await bonded.demand(file)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`the contract refuses: DemandRepeated(${demand})`),
    });

    // The relayer comes back without its data: it says that it cannot answer, and publishes what it takes in now.
    const back = await bench.relayer(bonded.log, { flags });
    const ready = await until(
      () => get(`${back.url}/readyz`),
      ({ json }) => json.code === "DEMAND_UNANSWERABLE",
    );
    expect(ready).toMatchObject({ status: 200, json: { ready: true, code: "DEMAND_UNANSWERABLE" } });
    await until(
      () => Promise.resolve(back.output()),
      (output) => output.includes(demand),
    );
    // Anchored too late for the demand, whose head is older.
    const late = await bonded.report(back);
    await untilState(back.url, late.leaf, "anchored", "finalized");
    expect(await bonded.demandStatus(demand)).toMatchObject({ state: "open" });

    await bonded.pass(ANSWER_PERIOD + 1);
    expect(await bonded.demandStatus(demand)).toMatchObject({ state: "claimable" });
    const [paid, burnt] = [String(COUNTER_BOND + PENALTY / 2n), String(PENALTY / 2n)];
    expect(await bonded.ask(claim)).toMatchObject({ paid, burnt });
    expect(await bonded.ask(["demand", "status", ...bonded.flags, demand])).toMatchObject({
      state: "claimed",
      paid,
      burnt,
    });
    expect(await bonded.run(claim, bonded.demander)).toMatchObject(refused("DEMAND_SETTLED"));
    expect(await bonded.bondStatus()).toMatchObject({ amount: String(2n * ETHER - PENALTY), reserved: "0" });
    expect(await bonded.ask(["bond", "collect", ...bonded.flags])).toMatchObject({ amount: paid });
    expect(await balanceOf(bonded.demander)).toBeGreaterThan(before + (PENALTY * 4n) / 10n);
    expect(await bonded.run(["bond", "collect", ...bonded.flags], bonded.demander)).toMatchObject({
      code: 1,
    });
    await until(
      () => get(`${back.url}/readyz`),
      ({ json }) => json.code === undefined,
    );
  });
});

describe("tocsin report submit --bond", () => {
  it("refuses a receipt that could not be demanded from the bond", async () => {
    const file = bonded.write(null);
    const submit = async (relayer: RelayerProcess, ...more: string[]): Promise<Run> => {
      writeFileSync(file, toHex(randomReport()));
      const at = ["--relayer", relayer.url, "--rpc", bench.anvil.url, "--bond", bonded.bond];
      return bonded.run(["report", "submit", ...at, ...more, file], bonded.demander);
    };
    const relayer = await bench.relayer(bonded.log, { flags: ANCHOR_FLAGS });
    expect(await submit(relayer)).toMatchObject({ code: 0 });
    await relayer.stop();
    const generous = await bench.relayer(bonded.log);
    expect(await submit(generous)).toMatchObject(refused("RECEIPT_NOT_BONDED"));
    await generous.stop();
    const unbonded = await bench.openLog();
    const foreign = await bench.relayer(unbonded, { flags: ANCHOR_FLAGS });
    expect(await submit(foreign)).toMatchObject(refused("BOND_OF_ANOTHER_REGISTRY"));
  });
});

describe("tocsin demand open", () => {
  it("sends nothing for a receipt that cannot be demanded", async () => {
    const relayer = await bench.relayer(bonded.log, {
      flags: [...ANCHOR_FLAGS, "--seal-at-least", "1", "--seal-every", "31536000"],
    });
    const { file, receipt, leaf } = await bonded.report(relayer);
    expect(await bonded.demand(file)).toMatchObject(refused("DEMAND_TOO_EARLY"));
    await bonded.pass(ANCHOR_WITHIN + 1);

    const altered = (change: Partial<ReceiptJson>): Promise<object> =>
      bonded.demand(bonded.write({ ...receipt, ...change }));
    expect(await altered({ chainId: 1 })).toMatchObject(refused("CHAIN_ID_MISMATCH"));
    // Signed for another log: it recovers to somebody who has no bond.
    expect(await altered({ logId: receipt.logId + 1 })).toMatchObject(refused("BOND_TOO_SMALL"));
    expect(await altered({ leaf: `0x${"11".repeat(32)}` })).toMatchObject(refused("BOND_TOO_SMALL"));
    expect(await altered({ registry: bonded.bond })).toMatchObject(refused("BOND_OF_ANOTHER_REGISTRY"));
    expect(await altered({ signature: "0x00" })).toMatchObject(refused("RECEIPT_INVALID"));
    const both = bonded.write({
      receipts: [{ receipt }, { receipt: { ...receipt, leaf: receipt.registry } }],
    });
    expect(await bonded.demand(both)).toMatchObject(refused("RECEIPT_INVALID"));
    const twice = bonded.write({ receipts: [{ receipt }, { receipt: { ...receipt, deadline: 1 } }] });
    expect(await bonded.demand(twice)).toMatchObject({ code: 2 });
    expect(await bonded.demand(twice, "--leaf", "22".repeat(32))).toMatchObject({ code: 2 });

    const open = ["demand", "open", "--rpc", bench.anvil.url, "--receipt", file];
    const other = await deployBond(bench, await deployRegistry(bench.anvil, bench.anvil.accounts[8]));
    const elsewhere = await bonded.run([...open, "--bond", other], bonded.demander);
    expect(elsewhere).toMatchObject(refused("BOND_OF_ANOTHER_REGISTRY"));
    const empty = await deployBond(bench, bonded.log.registry);
    expect(await bonded.run([...open, "--bond", empty], bonded.demander)).toMatchObject(
      refused("BOND_TOO_SMALL"),
    );
    for (const nowhere of [bonded.log.registry, bonded.demander.address]) {
      const none = await bonded.run([...open, "--bond", nowhere], bonded.demander);
      expect(none).toMatchObject(refused("BOND_UNKNOWN"));
    }
    const unknown = ["demand", "status", ...bonded.flags, `0x${"ab".repeat(32)}`];
    expect(await bonded.run(unknown, bonded.demander)).toMatchObject(refused("DEMAND_UNKNOWN"));

    await bonded.pass(DEMAND_WINDOW);
    expect(await bonded.demand(file, "--leaf", leaf)).toMatchObject(refused("DEMAND_TOO_LATE"));
    expect(await bonded.bondStatus()).toMatchObject({ openDemands: [] });
  });
});

describe("tocsin serve --bond", () => {
  it("does not start where the bond would not cover its receipts", async () => {
    const start = (...flags: string[]): Promise<unknown> => bench.relayer(bonded.log, { flags });
    await expect(start("--bond", bonded.bond)).rejects.toThrow(/RECEIPT_TOO_LONG.*86400 s.*3600 s/s);
    await expect(start("--bond", bonded.log.registry, ...ANCHOR_FLAGS)).rejects.toThrow(/BOND_UNKNOWN/);
    const other = await deployBond(bench, await deployRegistry(bench.anvil, bench.anvil.accounts[8]));
    await expect(start("--bond", other, ...ANCHOR_FLAGS)).rejects.toThrow(/BOND_OF_ANOTHER_REGISTRY/);
    await expect(start("--bond", "0x12")).rejects.toThrow(/CONFIG_INVALID.*--bond/s);
  });
});

interface LogOfRelayer {
  size: number;
  total: number;
  peaks: string[];
}

/** The operator hands its log on to another account. */
async function handOn(size: number, total: number, peaks: readonly string[]): Promise<void> {
  const heir = bench.anvil.accounts[7] as Account;
  const { operator, registry, logId } = bonded.log;
  const abi = [
    "function offerLog(uint256 logId, uint64 size, uint64 total, bytes32[] peaks, address to)",
    "function acceptLog(uint256 logId, address operator, uint64 size, uint64 total, bytes32[] peaks)",
  ];
  const state = [size, total, peaks.map((peak) => `0x${peak}`)];
  const call = (account: Account, method: string, ...args: unknown[]): Promise<void> =>
    withWallet(bench, account, async (wallet) => {
      await (await new Contract(registry, abi, wallet).getFunction(method).send(...args)).wait();
    });
  await call(operator, "offerLog", logId, ...state, heir.address);
  await call(heir, "acceptLog", logId, operator.address, ...state);
}
