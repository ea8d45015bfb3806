import type { Command } from "commander";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { jsonRpc } from "../net/jsonRpc.ts";
import { callBond, type BondOptions } from "./bondTransaction.ts";
import { readDemand } from "./demandState.ts";
import { CliError } from "./errors.ts";
import { addExamples, bondOption, jsonOption, keyFileOption, parseDemandId, rpcOption } from "./options.ts";
import { printJson, printLine } from "./output.ts";
import { ether, table, time } from "./words.ts";

const HELP = `
With --json (amounts in wei, as strings):
  {"demandId", "bond", "demander", "paid", "burnt", "chainId", "transactionHash", "blockNumber"}`;

export function addDemandClaimCommand(parent: Command): void {
  const command = parent
    .command("claim")
    .summary("end a demand that nobody answered")
    .description(
      "Ends a demand that nobody answered in time: whoever demanded is credited with the counter-bond and half of " +
        "the penalty, the other half is burnt. Anybody may do it; `tocsin bond collect` pays the credit.",
    )
    .argument("<demand>", "the demand, as `demand open` prints it", parseDemandId)
    .addOption(rpcOption().makeOptionMandatory())
    .addOption(bondOption().makeOptionMandatory())
    .addOption(keyFileOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(run);
  addExamples(
    command,
    "tocsin demand claim --rpc http://127.0.0.1:8545 --bond 0x… --key-file key.hex DEMAND",
  );
}

async function run(demandId: string, options: BondOptions): Promise<void> {
  const rpc = jsonRpc(options.rpc);
  const { demand, state } = await readDemand(rpc, options.bond, demandId);
  if (state === "open") {
    throw new CliError("CLAIM_TOO_EARLY", `the relayer can answer until ${time(demand.answerBy)}`);
  }
  if (state !== "claimable") throw new CliError("DEMAND_SETTLED", `the demand was ${state} before`);
  const { chainId, receipt } = await callBond(options, "claim", () => [demandId]);
  const { end } = await readDemand(rpc, options.bond, demandId);
  if (end?.name !== "Claimed") {
    throw new CliError("TRANSACTION_FAILED", "the transaction was mined, but the demand is not claimed");
  }
  const { paid, burnt, blockNumber } = end;
  const demander = to0x(end.demander);
  if (options.json) {
    const amounts = { paid: String(paid), burnt: String(burnt) };
    const place = { chainId, transactionHash: receipt.hash, blockNumber };
    await printJson({ demandId, bond: to0x(options.bond), demander, ...amounts, ...place });
    return;
  }
  const credited = `${ether(paid)} to ${demander}: collect it with tocsin bond collect`;
  await printLine(table({ demand: demandId, credited, burnt: ether(burnt), transaction: receipt.hash }));
}
