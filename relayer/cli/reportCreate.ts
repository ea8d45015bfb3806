import { Option, type Command } from "commander";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import { airTime, planReports, type PlannedReport } from "@tocsin/protocol/report/broadcastKeys.ts";
import { createSignedReport } from "@tocsin/protocol/report/create.ts";
import {
  COUGHS,
  encodeCoEpiMemo,
  FEVERS,
  reportDay,
  SYMPTOMS,
  type Cough,
  type Fever,
  type Symptom,
} from "@tocsin/protocol/report/memo.ts";
import { MEMO_TYPES } from "@tocsin/protocol/report/report.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import { CliError } from "./errors.ts";
import { replacePrivateFile } from "./files.ts";
import { readKeyFile } from "./keyFile.ts";
import { addExamples, jsonOption, parseDay, parseTime } from "./options.ts";
import { note, printJson, printLine } from "./output.ts";
import { time } from "./words.ts";

interface Options {
  keys: string;
  from: number;
  to: number;
  cough: Cough;
  fever: Fever;
  symptom?: Symptom[];
  onset?: number;
  out?: string;
  json?: true;
}

const HELP = `
With --json, prints {"file"?, "reports": [{"report", "leaf", "j1", "j2", "from", "to"}]}.`;

export function addReportCreateCommand(parent: Command): void {
  const command = parent
    .command("create")
    .summary("sign reports over the numbers that were on air in a span of time")
    .description(
      "Signs reports over the contact numbers that were on air in a span of time: one report for each " +
        "key, one a line in hex. Nothing is sent: `tocsin report submit` does that.",
    )
    .requiredOption("--keys <file>", "file with your broadcast keys (JSON Lines)")
    .requiredOption("--from <time>", "start of the span: unix seconds or ISO 8601", parseTime)
    .requiredOption("--to <time>", "end of the span", parseTime)
    .addOption(new Option("--cough <kind>", "your cough").choices(COUGHS).default("none"))
    .addOption(new Option("--fever <kind>", "your fever").choices(FEVERS).default("none"))
    .addOption(new Option("--symptom <names...>", "further symptoms").choices(SYMPTOMS))
    .option(
      "--onset <day>",
      "day of the first symptom, YYYY-MM-DD; what is rare makes you linkable",
      parseDay,
    )
    .option("--out <file>", "write the reports to a file instead of stdout")
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(run);
  addExamples(
    command,
    "tocsin report create --keys keys.jsonl --from 2026-03-01T08:00Z --to 2026-03-01T20:00Z \\\n" +
      "      --cough dry --fever mild --symptom lossOfSmellOrTaste --out reports.hex",
  );
}

async function run(options: Options): Promise<void> {
  const { from, to, cough, fever, onset, out, json } = options;
  if (from >= to) throw new CliError("USAGE_INVALID", "--from must lie before --to");
  const now = Math.floor(Date.now() / 1000);
  const plans = planReports(await readKeyFile(options.keys), { from, to }, now);
  const memo = encodeCoEpiMemo({
    reportTime: reportDay(now),
    ...(onset === undefined ? {} : { earliestSymptom: BigInt(onset) }),
    cough,
    fever,
    symptoms: [...new Set(options.symptom)],
  });
  const reports = plans.map((plan) => signReport(plan, memo));
  const lines = reports.map(({ report }) => report);
  if (out !== undefined) await replacePrivateFile(out, `${lines.join("\n")}\n`);
  if (json) await printJson({ ...(out === undefined ? {} : { file: out }), reports });
  else if (out === undefined) for (const line of lines) await printLine(line);
  else await printLine(`${reports.length} reports are in ${out}`);
  noteDisclosure(plans);
}

function signReport(
  { key, j1, j2 }: PlannedReport,
  memo: Uint8Array,
): {
  report: string;
  leaf: string;
  j1: number;
  j2: number;
  from: number;
  to: number;
} {
  const signed = createSignedReport(key.rak, { j1, j2, memoType: MEMO_TYPES.coepiV1, memo });
  return {
    report: toHex(signed.bytes),
    leaf: toHex(leafHash(reportEntry(signed.bytes))),
    j1,
    j2,
    from: airTime(key, j1).from,
    to: airTime(key, j2).to,
  };
}

function noteDisclosure(plans: readonly PlannedReport[]): void {
  const spans = plans.map(({ key }) => time(key.startedAt)).join(", ");
  note(
    `Whoever has these reports can compute every later number of the same keys (started at ${spans}). ` +
      "Once you hand them out, never broadcast from these keys again: make new ones with `tocsin keys new`.",
  );
}
