import type { Command } from "commander";
import { addExamples, jsonOption } from "@tocsin/relayer/cli/options.ts";
import { note, printJson, printLine } from "@tocsin/relayer/cli/output.ts";
import type { PairingCode } from "../bridge/pairingCodes.ts";
import { askRecorder } from "../control/client.ts";
import { dataFolderAt } from "../control/dataFolder.ts";
import { addSettings, readSettings } from "./settings.ts";

const HELP = `
With --json: {"code", "expiresAt": unix s, "url": of the bridge}`;

export function addPairCommand(parent: Command): void {
  const command = parent
    .command("pair")
    .summary("make a code that lets a page read the contacts")
    .description(
      "Makes a code for one page, which you enter there. A paired page can read your contact records, and ask for keys: " +
        "it gets those only when you approve. Pair only a page that you trust. The recorder must be running.",
    );
  addSettings(command, "dataDir");
  command.addOption(jsonOption()).addHelpText("after", HELP).action(run);
  addExamples(command, "tocsin-recorder pair");
}

async function run({ json, ...flags }: { json?: true } & Record<string, unknown>): Promise<void> {
  const { socket } = dataFolderAt(readSettings(flags, "dataDir").dataDir);
  const made = await askRecorder<PairingCode & { url: string }>(socket, "POST", "/pairing-codes");
  if (json) {
    await printJson(made);
    return;
  }
  const { code, expiresAt, url } = made;
  await printLine(code);
  const seconds = Math.max(0, expiresAt - Math.floor(Date.now() / 1000));
  note(`Enter this code in the page within ${seconds} s, with the recorder's address ${url}.`);
  note("The page then reads your contact records. `tocsin-recorder unpair` ends that.");
}
