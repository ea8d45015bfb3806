import type { Command } from "commander";
import { CliError } from "@tocsin/relayer/cli/errors.ts";
import { addExamples, jsonOption } from "@tocsin/relayer/cli/options.ts";
import { note, printJson, printLine } from "@tocsin/relayer/cli/output.ts";
import type { Pairing } from "../bridge/pairings.ts";
import { dataFolderAt } from "../control/dataFolder.ts";
import { endPairings, listPages } from "./pages.ts";
import { addSettings, readSettings } from "./settings.ts";
import { localTime } from "./words.ts";

const HELP = `
With --json: {"pages": [{"origin", "pairedAt": unix s}]} that are paired, or that were when an origin or --all is given`;

export function addUnpairCommand(parent: Command): void {
  const command = parent
    .command("unpair")
    .summary("list the paired pages, or end a pairing")
    .description(
      "Lists the paired pages, or ends the pairing of one or of all: they can read nothing any more.",
    )
    .argument("[origin]", "the page, as the list shows it")
    .option("--all", "end every pairing");
  addSettings(command, "dataDir");
  command.addOption(jsonOption()).addHelpText("after", HELP).action(run);
  addExamples(command, "tocsin-recorder unpair", "tocsin-recorder unpair https://tocsin.example");
}

async function run(
  origin: string | undefined,
  { all, json, ...flags }: { all?: true; json?: true } & Record<string, unknown>,
): Promise<void> {
  const folder = dataFolderAt(readSettings(flags, "dataDir").dataDir);
  const paired = await listPages(folder);
  if (origin === undefined && !all) {
    await show(paired, json);
    return;
  }
  const ending = paired.filter((page) => all || page.origin === origin);
  if (ending.length === 0 && !all) throw new CliError("USAGE_INVALID", "no page of that origin is paired");
  await endPairings(folder, ending);
  if (json) await printJson({ pages: ending });
  else for (const page of ending) await printLine(`${page.origin} is not paired any more`);
}

async function show(pages: Pairing[], json?: true): Promise<void> {
  if (json) await printJson({ pages });
  else if (pages.length === 0) note("no page is paired");
  else for (const { origin, pairedAt } of pages) await printLine(`${origin}  paired ${localTime(pairedAt)}`);
}
