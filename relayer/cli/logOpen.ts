import type { Command } from "commander";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { registryAbi } from "@tocsin/protocol/log/abi.ts";
import { CliError } from "./errors.ts";
import {
  addExamples,
  jsonOption,
  keyFileOption,
  parseAddress,
  registryOption,
  rpcOption,
} from "./options.ts";
import { printJson, printLine } from "./output.ts";
import { readPrivateKey } from "./privateKey.ts";
import { table } from "./words.ts";

interface Options {
  rpc: string;
  registry: Uint8Array;
  operator?: Uint8Array;
  uri: string;
  keyFile?: string;
  json?: true;
}

const HELP = `
With --json:
  {"logId", "operator", "uri", "chainId", "registry", "transactionHash", "blockNumber"}`;

export function addLogOpenCommand(parent: Command): void {
  const command = parent
    .command("open")
    .summary("open a log in a registry")
    .description("Opens a log in a registry and prints its number.")
    .addOption(rpcOption().makeOptionMandatory())
    .addOption(registryOption().makeOptionMandatory())
    .option("--operator <address>", "who may append to it; default: the account that pays", parseAddress)
    .option("--uri <uri>", "where the operator's relayer can be reached, for all to read", "")
    .addOption(keyFileOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(run);
  addExamples(
    command,
    "tocsin log open --rpc http://127.0.0.1:8545 --registry 0x… --uri https://relayer.example --key-file key.hex",
  );
}

async function run({ rpc, registry, operator, uri, keyFile, json }: Options): Promise<void> {
  const privateKey = await readPrivateKey(keyFile);
  const [{ Contract }, { transact }] = await Promise.all([import("ethers"), import("./transactions.ts")]);
  const address = to0x(registry);
  let named = operator && to0x(operator);
  const { chainId, receipt } = await transact(rpc, privateKey, async (account) => {
    named ??= account.address.toLowerCase();
    const code = await account.provider?.getCode(address);
    if (code === "0x") throw new CliError("TRANSACTION_FAILED", `there is no registry at ${address}`);
    return new Contract(address, registryAbi, account).getFunction("openLog").send(named, uri);
  });
  const { interface: abi } = new Contract(address, registryAbi);
  const opened = receipt.logs.map((log) => abi.parseLog(log)).find((event) => event?.name === "LogOpened");
  if (!opened) throw new CliError("TRANSACTION_FAILED", "the transaction was mined, but opened no log");
  const result = {
    logId: Number(opened.args[0]),
    operator: named ?? "",
    uri,
    chainId,
    registry: address,
    transactionHash: receipt.hash,
    blockNumber: receipt.blockNumber,
  };
  if (json) await printJson(result);
  else await printLine(table({ log: result.logId, operator: result.operator, transaction: receipt.hash }));
}
