import type { Command } from "commander";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { getDemandEvents, getDemands } from "@tocsin/protocol/bond/demands.ts";
import type { Demanded } from "@tocsin/protocol/bond/events.ts";
import { readBondTerms, readCredit, readRelayerBond } from "@tocsin/protocol/bond/readBond.ts";
import { getBlock, type Rpc } from "@tocsin/protocol/check/rpc.ts";
import { jsonRpc } from "../net/jsonRpc.ts";
import { addExamples, bondOption, jsonOption, logOption, parseAddress, rpcOption } from "./options.ts";
import { printJson, printLine } from "./output.ts";
import { duration, ether, table, time } from "./words.ts";

interface Options {
  rpc: string;
  bond: Uint8Array;
  log: number;
  relayer: Uint8Array;
  json?: true;
}

const HELP = `
With --json (amounts in wei, as strings; periods and times in seconds):
  {"bond", "logId", "relayer", "amount", "reserved", "withdrawableAt": 0 when not requested, "credit",
   "terms": {"registry", "penalty", "counterBond", "longestReceipt", "demandWindow", "answerPeriod",
             "withdrawalDelay"},
   "openDemands": [{"demandId", "leaf", "demander", "deadline", "answerBy"}]}`;

export function addBondStatusCommand(parent: Command): void {
  const command = parent
    .command("status")
    .summary("show a relayer's bond, its terms and the open demands on it")
    .description("Shows a relayer's bond for a log, the contract's terms, and the open demands on the bond.")
    .addOption(rpcOption().makeOptionMandatory())
    .addOption(bondOption().makeOptionMandatory())
    .addOption(logOption().makeOptionMandatory())
    .requiredOption("--relayer <address>", "whose bond: the log's operator", parseAddress)
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(run);
  addExamples(command, "tocsin bond status --rpc http://127.0.0.1:8545 --bond 0x… --log 1 --relayer 0x…");
}

async function run({ rpc: url, bond, log, relayer, json }: Options): Promise<void> {
  const rpc = jsonRpc(url);
  const terms = await readBondTerms(rpc, bond);
  const { amount, reserved, withdrawableAt } = await readRelayerBond(rpc, bond, log, relayer);
  const credit = await readCredit(rpc, bond, relayer);
  const demands = await openDemands(rpc, bond, log, relayer);
  if (json) {
    await printJson({
      bond: to0x(bond),
      logId: log,
      relayer: to0x(relayer),
      amount: String(amount),
      reserved: String(reserved),
      withdrawableAt,
      credit: String(credit),
      terms: {
        ...terms,
        registry: to0x(terms.registry),
        penalty: String(terms.penalty),
        counterBond: String(terms.counterBond),
      },
      openDemands: demands.map(({ demandId, leaf, demander, deadline, answerBy }) => ({
        demandId,
        leaf: to0x(leaf),
        demander: to0x(demander),
        deadline,
        answerBy,
      })),
    });
    return;
  }
  await printLine(
    table({
      bond: `${ether(amount)} of ${to0x(relayer)} for log ${log} of ${to0x(terms.registry)}`,
      reserved: `${ether(reserved)} by open demands`,
      withdrawal: withdrawableAt === 0 ? "not requested" : `after ${time(withdrawableAt)}`,
      credit: ether(credit),
      penalty: `${ether(terms.penalty)} for each demand that is not answered`,
      "counter-bond": ether(terms.counterBond),
      "longest receipt": duration(terms.longestReceipt),
      "demand window": duration(terms.demandWindow),
      "answer period": duration(terms.answerPeriod),
      "open demands": demands.length,
    }),
  );
  for (const { demandId, leaf, answerBy } of demands) {
    await printLine(`${demandId}  for ${to0x(leaf)}, to be answered by ${time(answerBy)}`);
  }
}

async function openDemands(
  rpc: Rpc,
  bond: Uint8Array,
  logId: number,
  relayer: Uint8Array,
): Promise<Demanded[]> {
  const latest = (await getBlock(rpc, "latest")).number;
  const demands = await getDemands(rpc, bond, { logId, relayer }, 0, latest);
  const ids = demands.map(({ demandId }) => demandId);
  const events = await getDemandEvents(rpc, bond, ids, 0, latest);
  const settled = new Set(events.filter(({ name }) => name !== "Demanded").map(({ demandId }) => demandId));
  return demands.filter(({ demandId }) => !settled.has(demandId));
}
