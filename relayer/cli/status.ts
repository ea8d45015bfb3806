import type { Command } from "commander";
import { addExamples, jsonOption, relayerOption } from "./options.ts";
import { note, printable, printJson, printLine } from "./output.ts";
import { askRelayer, blocksInWords, operationTable, reasonsOf, statesTable } from "./relayerStatus.ts";
import type { RelayerStatus } from "./relayerStatus.ts";
import { table } from "./words.ts";

const HELP = `
A relayer tells its operator more than others: who asks from the same machine, or with the environment variable
TOCSIN_METRICS_TOKEN, is also shown what waits and since when, fees, balance and faults.

With --json:
  {"ready", "readiness": the relayer's /readyz with "reasons", "leader" and "version",
   "log": its /v1/log with "reports", "finality" and "blocks",
   "operation"?: {"version", "leader", "lastRoundAt"?, "states"?: {state: {"count", "oldestAge"}},
     "batches"?: {state: count}, "uploads": {result: count}, "blocks"?, "inFlight", "offeredFeeWei"?, "networkFeeWei"?,
     "balanceWei"?, "rpcErrors", "storeFailures", "faults": [code]}}`;

export function addStatusCommand(parent: Command): void {
  const command = parent
    .command("status")
    .summary("ask a running relayer for its state")
    .description(
      "Asks a running relayer for the state of its log and whether it is ready. Exit code 1 when it is " +
        "not.",
    )
    .addOption(relayerOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(run);
  addExamples(command, "tocsin status --relayer http://127.0.0.1:8420");
}

async function run({ relayer, json }: { relayer: string; json?: true }): Promise<void> {
  const status = await askRelayer(relayer);
  if (json) await printJson(status);
  else await printLine(toText(status));
  if (status.ready) return;
  note("error RELAYER_NOT_READY: the relayer is running, but not ready");
  process.exitCode = 1;
}

function toText(status: RelayerStatus): string {
  const { ready, readiness, log, operation } = status;
  const { leader, version } = readiness;
  const { blocks, finality, reports, ...rest } = log;
  const head = {
    ready: String(ready),
    ...Object.fromEntries(
      reasonsOf(status).map((reason, i) => [i === 0 ? "because" : `because ${i + 1}`, reason]),
    ),
    ...(typeof version === "string" ? { version: printable(version) } : {}),
    ...(leader === false ? { leader: "no: another process seals and posts" } : {}),
    ...(leader === true ? { leader: "yes: this process seals and posts" } : {}),
    ...toRows(rest),
    ...(isRecord(reports) ? { reports: inWords(reports) } : {}),
    ...(isRecord(finality) ? { "batches in the chain": finalityInWords(finality) } : {}),
    ...(isRecord(blocks) ? { blocks: blocksInWords(blocks as never) } : {}),
  };
  const parts = [table(head)];
  if (operation) parts.push(statesTable(operation), operationTable(operation, Math.floor(Date.now() / 1000)));
  return parts.join("\n\n");
}

function finalityInWords(finality: Record<string, unknown>): string {
  const count = (name: string): number => Number(finality[name] ?? 0);
  return `${count("finalized")} final, ${count("safe")} safe, ${count("latest")} that may still be reorganised`;
}

function inWords(counts: Record<string, unknown>): string {
  return printable(
    Object.entries(counts)
      .map(([state, count]) => `${String(count)} ${state}`)
      .join(", "),
  ).slice(0, 500);
}

function toRows(json: Record<string, unknown>): Record<string, string> {
  const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [printable(name), printable(text(value)).slice(0, 500)]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
