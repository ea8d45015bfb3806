import type { Command } from "commander";
import { addExamples, jsonOption } from "@tocsin/relayer/cli/options.ts";
import { note, printJson } from "@tocsin/relayer/cli/output.ts";
import { askRecorder } from "../control/client.ts";
import { dataFolderAt } from "../control/dataFolder.ts";
import type { ControlStatus } from "../control/server.ts";
import { addSettings, readSettings } from "./settings.ts";
import { count } from "./words.ts";

const HELP = `
With --json: {"denied": [id]}`;

export function addDenyCommand(parent: Command): void {
  const command = parent
    .command("deny")
    .summary("refuse a page the keys that it asks for")
    .description(
      "Refuses the keys that a page asks for, or all that any page asks for now. With the id of a request that you have " +
        "approved, takes the keys back that the page has not fetched yet: they are never sent from again, and you get them " +
        "with `tocsin-recorder keys --again`.",
    )
    .argument("[id]", "the request, as `tocsin-recorder approve` shows it; without it all that are open");
  addSettings(command, "dataDir");
  command.addOption(jsonOption()).addHelpText("after", HELP).action(run);
  addExamples(command, "tocsin-recorder deny");
}

async function run(
  id: string | undefined,
  { json, ...flags }: { json?: true } & Record<string, unknown>,
): Promise<void> {
  const { socket } = dataFolderAt(readSettings(flags, "dataDir").dataDir);
  const { requests } = await askRecorder<ControlStatus>(socket, "GET", "/status");
  const denied = id === undefined ? requests.map((request) => request.id) : [id];
  for (const one of denied) {
    await askRecorder(socket, "POST", `/key-requests/${encodeURIComponent(one)}/denial`);
  }
  if (json) await printJson({ denied });
  else note(denied.length === 0 ? "no page asks for keys" : `${count(denied.length, "request")} denied`);
}
