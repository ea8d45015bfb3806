import type { Command } from "commander";
import {
  airTime,
  DEFAULT_ROTATION,
  formatBroadcastKey,
  newBroadcastKeys,
} from "@tocsin/protocol/report/broadcastKeys.ts";
import { writeNewPrivateFile } from "./files.ts";
import { addExamples, jsonOption, parseTime, parseWhole } from "./options.ts";
import { note, printJson, printLine } from "./output.ts";
import { time } from "./words.ts";

const MAX_HOURS = 8_760;

interface Options {
  hours: number;
  start?: number;
  out?: string;
  json?: true;
}

const HELP = `
One key a line:
  {"rak": hex, "startedAt": unix s, "rotation": 900, "firstIndex": 1, "lastIndex": 24}
With --out and --json, prints {"file", "keys": [{"from", "to"}]} without the keys.`;

export function addKeysNewCommand(parent: Command): void {
  const command = parent
    .command("new")
    .summary("make broadcast keys for some hours, a new one every 6 hours")
    .description(
      "Makes broadcast keys for some hours, a new one every 6 hours, as JSON Lines. They are secret: " +
        "whoever has them can sign reports in your name.",
    )
    .requiredOption("--hours <number>", "for how many hours", parseWhole(1, MAX_HOURS))
    .option("--start <time>", "when they go on air; default: now, rounded down to 15 minutes", parseTime)
    .option("--out <file>", "write them to a new file that only you can read, instead of stdout")
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(run);
  addExamples(command, "tocsin keys new --hours 24 --start 2026-03-01T06:00Z --out keys.jsonl");
}

async function run({ hours, start, out, json }: Options): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const from = start ?? Math.floor(now / DEFAULT_ROTATION) * DEFAULT_ROTATION;
  const to = from + hours * 3_600;
  const keys = newBroadcastKeys({ from, to }, () => crypto.getRandomValues(new Uint8Array(32)));
  const lines = keys.map(formatBroadcastKey);
  if (out === undefined) {
    for (const line of lines) await printLine(line);
    note("these keys are secret: keep them in a file that only you can read");
    return;
  }
  await writeNewPrivateFile(out, `${lines.join("\n")}\n`);
  const spans = keys.map((key) => ({
    from: airTime(key, key.firstIndex).from,
    to: airTime(key, key.lastIndex).to,
  }));
  if (json) await printJson({ file: out, keys: spans });
  else await printLine(`${keys.length} keys for ${time(from)} to ${time(to)} are in ${out}`);
}
