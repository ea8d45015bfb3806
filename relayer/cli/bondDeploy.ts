import type { Command } from "commander";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { deployContract } from "./deployContract.ts";
import {
  addExamples,
  etherOption,
  jsonOption,
  keyFileOption,
  parseWhole,
  registryOption,
  rpcOption,
} from "./options.ts";
import { printJson, printLine } from "./output.ts";
import { duration, ether, table } from "./words.ts";

interface Options {
  rpc: string;
  registry: Uint8Array;
  penalty: bigint;
  counterBond: bigint;
  longestReceipt: number;
  demandWindow: number;
  answerPeriod: number;
  keyFile?: string;
  json?: true;
}

const DAY = 86_400;
/** The contract takes no longer period. */
const LONGEST_PERIOD = 365 * DAY;

const HELP = `
With --json (amounts in wei, as strings; periods in seconds):
  {"bond", "registry", "penalty", "counterBond", "longestReceipt", "demandWindow", "answerPeriod", "chainId",
   "transactionHash", "blockNumber"}`;

export function addBondDeployCommand(parent: Command): void {
  const period = parseWhole(1, LONGEST_PERIOD);
  const command = parent
    .command("deploy")
    .summary("deploy a contract for bonds")
    .description(
      "Deploys a ReportBond for the logs of a registry and prints its address. It has no owner, and nobody can " +
        "change its terms. Needs the built contracts (`npm run build`).",
    )
    .addOption(rpcOption().makeOptionMandatory())
    .addOption(registryOption().makeOptionMandatory())
    .addOption(
      etherOption("--penalty", "what an unanswered demand costs the relayer").default(10n ** 17n, "0.1"),
    )
    .addOption(
      etherOption("--counter-bond", "what a demander stakes: more than the gas of an answer").default(
        5n * 10n ** 15n,
        "0.005",
      ),
    )
    .option("--longest-receipt <seconds>", "the longest that a receipt may promise ahead", period, 2 * DAY)
    .option("--demand-window <seconds>", "how long after its deadline a receipt counts", period, 7 * DAY)
    .option("--answer-period <seconds>", "how long a relayer has to answer", period, 3 * DAY)
    .addOption(keyFileOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(run);
  addExamples(
    command,
    "tocsin bond deploy --rpc http://127.0.0.1:8545 --registry 0x… --penalty 0.5 --key-file key.hex",
  );
}

async function run(options: Options): Promise<void> {
  const { penalty, counterBond, longestReceipt, demandWindow, answerPeriod } = options;
  const registry = to0x(options.registry);
  const terms = { penalty, counterBond, longestReceipt, demandWindow, answerPeriod };
  const { address: bond, ...place } = await deployContract(options, "ReportBond", [registry, terms]);
  if (options.json) {
    const amounts = { penalty: String(penalty), counterBond: String(counterBond) };
    await printJson({ bond, registry, ...terms, ...amounts, ...place });
    return;
  }
  await printLine(
    table({
      bond,
      registry,
      penalty: ether(penalty),
      "counter-bond": ether(counterBond),
      "longest receipt": duration(longestReceipt),
      "demand window": duration(demandWindow),
      "answer period": duration(answerPeriod),
      chain: place.chainId,
      transaction: place.transactionHash,
    }),
  );
}
