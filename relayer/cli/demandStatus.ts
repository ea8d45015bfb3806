import type { Command } from "commander";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { jsonRpc } from "../net/jsonRpc.ts";
import { readDemand } from "./demandState.ts";
import { addExamples, bondOption, jsonOption, parseDemandId, rpcOption } from "./options.ts";
import { printJson, printLine } from "./output.ts";
import { ether, table, time } from "./words.ts";

const HELP = `
With --json (amounts in wei, as strings; times in unix seconds):
  {"demandId", "state": "open", "claimable", "answered" or "claimed", "relayer", "logId", "leaf", "demander",
   "deadline", "head", "answerBy", "paid"?, "burnt"?, "transactionHash": of what ended it, or of the demand}`;

export function addDemandStatusCommand(parent: Command): void {
  const command = parent
    .command("status")
    .summary("tell how far a demand is")
    .description("Tells how far a demand is: open, claimable, answered or claimed.")
    .argument("<demand>", "the demand, as `demand open` prints it", parseDemandId)
    .addOption(rpcOption().makeOptionMandatory())
    .addOption(bondOption().makeOptionMandatory())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(run);
  addExamples(command, "tocsin demand status --rpc http://127.0.0.1:8545 --bond 0x… DEMAND");
}

async function run(
  demandId: string,
  { rpc, bond, json }: { rpc: string; bond: Uint8Array; json?: true },
): Promise<void> {
  const { demand, state, end } = await readDemand(jsonRpc(rpc), bond, demandId);
  const { logId, deadline, answerBy } = demand;
  const bytes = {
    relayer: to0x(demand.relayer),
    leaf: to0x(demand.leaf),
    demander: to0x(demand.demander),
    head: to0x(demand.head),
  };
  const { transactionHash } = end ?? demand;
  if (json) {
    const paid = end?.name === "Claimed" ? { paid: String(end.paid), burnt: String(end.burnt) } : {};
    await printJson({ demandId, state, ...bytes, logId, deadline, answerBy, ...paid, transactionHash });
    return;
  }
  await printLine(
    table({
      demand: demandId,
      state,
      of: `${bytes.relayer}, log ${logId}`,
      by: bytes.demander,
      leaf: bytes.leaf,
      deadline: time(deadline),
      "log's head": bytes.head,
      "answer by": time(answerBy),
      ...(end?.name === "Claimed"
        ? { paid: `${ether(end.paid)} to the demander`, burnt: ether(end.burnt) }
        : {}),
      transaction: transactionHash,
    }),
  );
}
