import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import type { InterfaceAbi } from "ethers";
import { CliError } from "./errors.ts";
import { addExamples, jsonOption, keyFileOption, rpcOption } from "./options.ts";
import { printJson, printLine } from "./output.ts";
import { readPrivateKey } from "./privateKey.ts";
import { table } from "./words.ts";

const ARTIFACT = join(
  import.meta.dirname,
  "../../artifacts/contracts/ReportRegistry.sol/ReportRegistry.json",
);

interface Options {
  rpc: string;
  keyFile?: string;
  json?: true;
}

const HELP = `
With --json:
  {"registry", "chainId", "transactionHash", "blockNumber"}`;

export function addRegistryDeployCommand(parent: Command): void {
  const command = parent
    .command("deploy")
    .summary("deploy a registry")
    .description(
      "Deploys a ReportRegistry, which has no owner and serves any number of logs, and prints its " +
        "address. Needs the built contracts (`npm run build`).",
    )
    .addOption(rpcOption().makeOptionMandatory())
    .addOption(keyFileOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(run);
  addExamples(command, "tocsin registry deploy --rpc http://127.0.0.1:8545 --key-file key.hex");
}

async function run({ rpc, keyFile, json }: Options): Promise<void> {
  const privateKey = await readPrivateKey(keyFile);
  const { abi, bytecode } = await readArtifact();
  const [{ ContractFactory }, { transact }] = await Promise.all([
    import("ethers"),
    import("./transactions.ts"),
  ]);
  const { chainId, receipt } = await transact(rpc, privateKey, async (account) => {
    const transaction = await new ContractFactory(abi, bytecode, account).getDeployTransaction();
    return account.sendTransaction(transaction);
  });
  if (receipt.contractAddress === null) {
    throw new CliError("TRANSACTION_FAILED", "the transaction was mined, but made no contract");
  }
  const registry = receipt.contractAddress.toLowerCase();
  const { hash: transactionHash, blockNumber } = receipt;
  if (json) await printJson({ registry, chainId, transactionHash, blockNumber });
  else await printLine(table({ registry, chain: chainId, transaction: transactionHash, block: blockNumber }));
}

async function readArtifact(): Promise<{ abi: InterfaceAbi; bytecode: string }> {
  try {
    return JSON.parse(await readFile(ARTIFACT, "utf8")) as { abi: InterfaceAbi; bytecode: string };
  } catch {
    throw new CliError("ARTIFACTS_MISSING", "the contracts are not built: run `npm run build` first");
  }
}
