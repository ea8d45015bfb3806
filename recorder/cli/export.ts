import type { Command } from "commander";
import { formatContactRecord, type ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { writeNewPrivateFile } from "@tocsin/relayer/cli/files.ts";
import { addExamples, jsonOption } from "@tocsin/relayer/cli/options.ts";
import { note, printJson, printLine } from "@tocsin/relayer/cli/output.ts";
import { ContactStore } from "../contacts/contactStore.ts";
import { dataFolderAt, statOf } from "../control/dataFolder.ts";
import { addSettings, readSettings } from "./settings.ts";
import { count } from "./words.ts";

const HELP = `
One contact a line, the oldest first:
  {"tcn": hex, "firstSeen": unix s, "lastSeen": unix s, "minDistance"?: m, "averageDistance"?: m, "samples"}
With --out and --json, prints {"file", "contacts": how many}.`;

export function addExportCommand(parent: Command): void {
  const command = parent
    .command("export")
    .summary("write the contact records, for `tocsin check` or the page")
    .description(
      "Writes the contact records as JSON Lines, as `tocsin check` and the page read them, whether or not a recorder is " +
        "running. They say whom you met: keep them to yourself.",
    )
    .option("--out <file>", "write them to a new file that only you can read, instead of stdout");
  addSettings(command, "dataDir");
  command.addOption(jsonOption()).addHelpText("after", HELP).action(run);
  addExamples(command, "tocsin-recorder export --out contacts.jsonl");
}

interface Options extends Record<string, unknown> {
  out?: string;
  json?: true;
}

async function run({ out, json, ...flags }: Options): Promise<void> {
  const folder = dataFolderAt(readSettings(flags, "dataDir").dataDir);
  // Opening would make the database: where nobody recorded anything there is none to be left behind.
  const store = statOf(folder.contacts) ? ContactStore.open(folder.contacts) : undefined;
  if (!store) note(`no recorder has recorded anything in ${folder.path}`);
  try {
    const written = await write(store?.all() ?? [], out);
    if (json && out !== undefined) await printJson({ file: out, contacts: written });
    else note(`${count(written, "contact")} written${out === undefined ? "" : ` to ${out}`}`);
  } finally {
    store?.close();
  }
}

/** @returns how many */
async function write(contacts: Iterable<ContactRecord>, out: string | undefined): Promise<number> {
  if (out !== undefined) {
    const lines = Array.from(contacts, (contact) => `${formatContactRecord(contact)}\n`);
    await writeNewPrivateFile(out, lines.join(""));
    return lines.length;
  }
  let written = 0;
  for (const contact of contacts) {
    await printLine(formatContactRecord(contact));
    written++;
  }
  return written;
}
