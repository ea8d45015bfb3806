import type { Command } from "commander";
import { addExamples, jsonOption, relayerOption } from "./options.ts";
import { note, printable, printJson, printLine } from "./output.ts";
import { getLog, getReadiness } from "./relayerClient.ts";
import { table } from "./words.ts";

const HELP = `
With --json:
  {"ready", "readiness": the relayer's /readyz, "log": its /v1/log}`;

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
  const { ready, details } = await getReadiness(relayer);
  const log = await getLog(relayer);
  if (json) await printJson({ ready, readiness: details, log });
  else await printLine(table({ ...toRows({ ready, ...details }), ...toRows(log) }));
  if (ready) return;
  note("error RELAYER_NOT_READY: the relayer is running, but not ready");
  process.exitCode = 1;
}

function toRows(json: Record<string, unknown>): Record<string, string> {
  const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [printable(name), printable(text(value)).slice(0, 500)]),
  );
}
