import type { Command } from "commander";
import { deployContract } from "./deployContract.ts";
import { addExamples, jsonOption, keyFileOption, rpcOption } from "./options.ts";
import { printJson, printLine } from "./output.ts";
import { table } from "./words.ts";

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

async function run(options: Options): Promise<void> {
  const { address: registry, ...place } = await deployContract(options, "ReportRegistry", []);
  if (options.json) {
    await printJson({ registry, ...place });
    return;
  }
  const { chainId: chain, transactionHash: transaction, blockNumber: block } = place;
  await printLine(table({ registry, chain, transaction, block }));
}
