import { rmSync } from "node:fs";
import type { Command } from "commander";
import { CliError } from "@tocsin/relayer/cli/errors.ts";
import { addExamples, jsonOption } from "@tocsin/relayer/cli/options.ts";
import { note, printJson, printLine } from "@tocsin/relayer/cli/output.ts";
import { ContactStore } from "../contacts/contactStore.ts";
import { askRecorder } from "../control/client.ts";
import { assertDataFolder, dataFolderAt, statOf, type DataFolder } from "../control/dataFolder.ts";
import { RecorderError } from "../errors.ts";
import { confirm } from "./ask.ts";
import { throughOrDirectly } from "./directly.ts";
import { endPairings, listPages } from "./pages.ts";
import { addSettings, readSettings } from "./settings.ts";
import { count } from "./words.ts";

const HELP = `
With --json: {"contacts"?: how many, "keys"?: whether there were any, "pages"?: how many}, each where you ask for it`;

export function addPurgeCommand(parent: Command): void {
  const command = parent
    .command("purge")
    .summary("delete contacts, keys, or everything")
    .description(
      "Deletes what the recorder has kept, for good, whether or not one is running. Without the contacts you cannot find " +
        "out whom you met; without the keys those who met you cannot. What is older than 14 days goes by itself.",
    )
    .option("--contacts", "delete the contact records")
    .option("--keys", "delete all keys: a running recorder sends from a new one at once")
    .option("--everything", "delete both, and end every pairing")
    .option("--yes", "do not ask");
  addSettings(command, "dataDir");
  command.addOption(jsonOption()).addHelpText("after", HELP).action(run);
  addExamples(command, "tocsin-recorder purge --contacts");
}

interface Options extends Record<string, unknown> {
  contacts?: true;
  keys?: true;
  everything?: true;
  yes?: true;
  json?: true;
}

interface Deleted {
  contacts?: number;
  /** Whether there were any. */
  keys?: boolean;
  pages?: number;
}

async function run({ contacts, keys, everything, yes, json, ...flags }: Options): Promise<void> {
  const folder = dataFolderAt(readSettings(flags, "dataDir").dataDir);
  const what = {
    pages: everything,
    keys: everything ?? keys,
    contacts: everything ?? contacts,
  };
  if (!what.keys && !what.contacts) {
    throw new CliError("USAGE_INVALID", "say what to delete: --contacts, --keys or --everything");
  }
  assertDataFolder(folder);
  const names = [what.contacts && "contacts", what.keys && "keys", what.pages && "pairings"].filter(Boolean);
  const question = `Delete all ${names.join(", ")} in ${folder.path}, for good?`;
  if (!yes && !(await confirm(question, "say --yes to delete"))) {
    note("nothing was deleted");
    process.exitCode = 1;
    return;
  }
  const deleted: Deleted = {};
  if (what.keys) deleted.keys = await purgeKeys(folder);
  if (what.pages) {
    const pages = await listPages(folder);
    await endPairings(folder, pages);
    deleted.pages = pages.length;
  }
  if (what.contacts) deleted.contacts = purgeContacts(folder);
  if (json) await printJson(deleted);
  else await tell(deleted);
}

async function tell({ contacts, keys, pages }: Deleted): Promise<void> {
  if (contacts !== undefined) await printLine(`${count(contacts, "contact")} deleted`);
  if (keys !== undefined) await printLine(keys ? "all keys deleted" : "there were no keys");
  if (pages !== undefined) await printLine(`${count(pages, "pairing")} ended`);
}

/** Needs no passphrase: sealed keys can be deleted by whom they cannot be read. @returns whether there were any */
function purgeKeys(folder: DataFolder): Promise<boolean> {
  return throughOrDirectly(
    folder,
    async () => (await askRecorder<{ erased: number }>(folder.socket, "DELETE", "/keys")).erased > 0,
    () => {
      // A crash while the keys were written leaves some under the other name.
      const files = [folder.keys, `${folder.keys}.new`].filter((file) => statOf(file));
      files.forEach(remove);
      return files.length > 0;
    },
  );
}

/** @throws DATA_FOLDER_UNUSABLE */
function remove(file: string): void {
  try {
    rmSync(file);
  } catch (error) {
    const message = `cannot delete ${file} (${(error as Error).message}): it is still there`;
    throw new RecorderError("DATA_FOLDER_UNUSABLE", message, { cause: error });
  }
}

function purgeContacts(folder: DataFolder): number {
  if (!statOf(folder.contacts)) return 0;
  const store = ContactStore.open(folder.contacts);
  try {
    return store.erase();
  } finally {
    store.close();
  }
}
