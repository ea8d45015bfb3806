import type { Command } from "commander";
import { toFailure } from "./errors.ts";
import { showLive } from "./live.ts";
import { addExamples, relayerOption } from "./options.ts";
import { printable, printLine } from "./output.ts";
import { askRelayer, blocksInWords, operationTable, reasonsOf, statesTable } from "./relayerStatus.ts";
import type { RelayerStatus } from "./relayerStatus.ts";
import { table, time } from "./words.ts";

const REFRESH_MS = 1_000;

const HELP = `
q or Ctrl-C ends it. Without a terminal it prints once. What waits and since when, fees and balance are only shown to the
operator: from the relayer's machine, or with the environment variable TOCSIN_METRICS_TOKEN.`;

export function addTopCommand(parent: Command): void {
  const command = parent
    .command("top")
    .summary("watch a running relayer")
    .description("Shows what a running relayer does, anew every second.")
    .addOption(relayerOption())
    .addHelpText("after", HELP)
    .action(run);
  addExamples(command, "tocsin top --relayer http://127.0.0.1:8420");
}

async function run({ relayer }: { relayer: string }): Promise<void> {
  const view = async (): Promise<string> => viewOf(relayer, await askRelayer(relayer));
  if (!process.stdout.isTTY || !process.stdin.isTTY) {
    await printLine(await view());
    return;
  }
  await showLive({ input: process.stdin, output: process.stdout }, REFRESH_MS, async () => {
    try {
      return await view();
    } catch (error) {
      const { code, message } = toFailure(error);
      return printable(`${relayer}  ${code}: ${message}`);
    }
  });
}

/** All of it on one screen. */
function viewOf(relayer: string, status: RelayerStatus): string {
  const { ready, readiness, log, operation } = status;
  const now = Math.floor(Date.now() / 1000);
  const version = typeof readiness.version === "string" ? ` ${printable(readiness.version)}` : "";
  const role = readiness.leader === false ? "follows" : "leads";
  const parts = [
    `tocsin${version}  ${relayer}  ${time(now)}\n${ready ? "READY" : "NOT READY"}, ${role}`,
    reasonsOf(status).join("\n"),
    operation ? `${statesTable(operation)}\n\n${operationTable(operation, now)}` : publicTable(log),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** What a relayer tells everybody. */
function publicTable({ size, total, reports, blocks }: Record<string, unknown>): string {
  const counts = Object.entries((reports ?? {}) as Record<string, unknown>);
  return table({
    log: printable(`${String(size)} batches, ${String(total)} reports`),
    reports: printable(counts.map(([state, count]) => `${String(count)} ${state}`).join(", ")),
    blocks: blocks ? printable(blocksInWords(blocks as never)) : "unknown",
  });
}
