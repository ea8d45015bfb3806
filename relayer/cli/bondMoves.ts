import type { Command } from "commander";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { readBondTerms, readCredit, readRelayerBond } from "@tocsin/protocol/bond/readBond.ts";
import { getBlock, getHead } from "@tocsin/protocol/check/rpc.ts";
import { jsonRpc } from "../net/jsonRpc.ts";
import { callBond, type BondCall, type BondOptions } from "./bondTransaction.ts";
import {
  addExamples,
  bondOption,
  etherOption,
  jsonOption,
  keyFileOption,
  logOption,
  parseAddress,
  rpcOption,
} from "./options.ts";
import { printJson, printLine } from "./output.ts";
import { ether, table, time } from "./words.ts";

interface LogBondOptions extends BondOptions {
  log: number;
}

const BOND_HELP = `
With --json (amounts in wei, as strings; times in unix seconds):
  {"bond", "logId", "relayer", "amount", "reserved", "withdrawableAt", "credit", "chainId", "transactionHash",
   "blockNumber"}`;

/** The commands by which a relayer moves its bond: all from and for the account that pays. */
export function addBondMoveCommands(parent: Command): void {
  addMove(parent, "deposit", "add to your bond for a log", [
    "Adds ether to the bond of the account that pays, for a log. Use the key with which the relayer signs its " +
      "receipts: the log's operator.",
    "--log 1 --amount 0.5",
  ])
    .addOption(etherOption("--amount", "what to add").makeOptionMandatory())
    .action(async (options: LogBondOptions & { amount: bigint }) => {
      const rpc = jsonRpc(options.rpc);
      const { registry } = await readBondTerms(rpc, options.bond);
      await getHead(rpc, registry, options.log, (await getBlock(rpc, "latest")).number);
      await tellBond(options, await callBond(options, "deposit", () => [options.log], options.amount));
    });
  for (const [name, method, summary, description] of WITHDRAWAL) {
    addMove(parent, name, summary, [description, "--log 1"]).action(async (options: LogBondOptions) => {
      await tellBond(options, await callBond(options, method, () => [options.log]));
    });
  }
  addCollect(parent);
}

const WITHDRAWAL = [
  [
    "request-withdrawal",
    "requestWithdrawal",
    "announce that you will withdraw your bond",
    "Announces that the bond will be withdrawn. It can be, once no receipt signed before can be demanded any more; " +
      "sign no receipts meanwhile.",
  ],
  [
    "cancel-withdrawal",
    "cancelWithdrawal",
    "take the announcement back",
    "Takes the announcement of a withdrawal back.",
  ],
  [
    "withdraw",
    "withdraw",
    "withdraw your bond after the delay",
    "Credits the bond, but for what open demands hold, to the account; `tocsin bond collect` pays it.",
  ],
] as const;

function addMove(
  parent: Command,
  name: string,
  summary: string,
  [description, example]: readonly [string, string],
): Command {
  const command = parent
    .command(name)
    .summary(summary)
    .description(description)
    .addOption(rpcOption().makeOptionMandatory())
    .addOption(bondOption().makeOptionMandatory())
    .addOption(logOption().makeOptionMandatory())
    .addOption(keyFileOption())
    .addOption(jsonOption())
    .addHelpText("after", BOND_HELP);
  addExamples(
    command,
    `tocsin bond ${name} --rpc http://127.0.0.1:8545 --bond 0x… ${example} --key-file key.hex`,
  );
  return command;
}

async function tellBond({ rpc, bond, log, json }: LogBondOptions, mined: BondCall): Promise<void> {
  const { account, chainId, receipt } = mined;
  const relayer = parseAddress(account);
  const { amount, reserved, withdrawableAt } = await readRelayerBond(jsonRpc(rpc), bond, log, relayer);
  const credit = await readCredit(jsonRpc(rpc), bond, relayer);
  if (json) {
    const amounts = {
      amount: String(amount),
      reserved: String(reserved),
      withdrawableAt,
      credit: String(credit),
    };
    const place = { chainId, transactionHash: receipt.hash, blockNumber: receipt.blockNumber };
    await printJson({ bond: to0x(bond), logId: log, relayer: account, ...amounts, ...place });
    return;
  }
  await printLine(
    table({
      relayer: account,
      bond: `${ether(amount)} for log ${log}`,
      ...(withdrawableAt > 0 ? { withdrawable: `after ${time(withdrawableAt)}` } : {}),
      credit: ether(credit),
      transaction: receipt.hash,
    }),
  );
}

const COLLECT_HELP = `
With --json (amount in wei, as a string):
  {"bond", "account", "to", "amount", "chainId", "transactionHash", "blockNumber"}`;

function addCollect(parent: Command): void {
  const command = parent
    .command("collect")
    .summary("collect what demands, answers and withdrawals earned you")
    .description(
      "Pays all that the account was credited: counter-bonds, halves of penalties, withdrawn bonds.",
    )
    .addOption(rpcOption().makeOptionMandatory())
    .addOption(bondOption().makeOptionMandatory())
    .option("--to <address>", "who gets the ether; default: the account", parseAddress)
    .addOption(keyFileOption())
    .addOption(jsonOption())
    .addHelpText("after", COLLECT_HELP)
    .action(collect);
  addExamples(command, "tocsin bond collect --rpc http://127.0.0.1:8545 --bond 0x… --key-file key.hex");
}

async function collect({ to, ...options }: BondOptions & { to?: Uint8Array }): Promise<void> {
  const toOf = (account: string): string => (to ? to0x(to) : account);
  const { account, chainId, receipt } = await callBond(options, "collect", (own) => [toOf(own)]);
  const amount = BigInt(receipt.logs[0]?.data ?? 0);
  const { hash: transactionHash, blockNumber } = receipt;
  if (options.json) {
    const paid = { bond: to0x(options.bond), account, to: toOf(account), amount: String(amount) };
    await printJson({ ...paid, chainId, transactionHash, blockNumber });
  } else
    await printLine(table({ collected: ether(amount), to: toOf(account), transaction: transactionHash }));
}
