import type { Command } from "commander";
import { addExamples, jsonOption } from "@tocsin/relayer/cli/options.ts";
import { note, printJson, printLine } from "@tocsin/relayer/cli/output.ts";
import type { KeyRequest } from "../bridge/keyRequests.ts";
import { askRecorder } from "../control/client.ts";
import { dataFolderAt } from "../control/dataFolder.ts";
import type { ControlStatus } from "../control/server.ts";
import { confirm } from "./ask.ts";
import { addSettings, readSettings } from "./settings.ts";
import { count, joinSpans, localSpan } from "./words.ts";

const HELP = `
With --json, and without --yes: {"requests": [{"id", "origin", "windows": [{"from", "to"}], "expiresAt"}]}, and nobody is
asked. With --yes: {"id", "keys": how many}. Times are unix seconds.`;

export function addApproveCommand(parent: Command): void {
  const command = parent
    .command("approve")
    .summary("look at what pages ask keys for, and give them")
    .description(
      "Shows which page asks for the keys of which hours, and gives them when you say yes. Whoever has these keys can " +
        "tell others that you met them in these hours, and in up to six hours around them, as long as a key lasts: " +
        "approve only what you have asked the page for yourself.",
    )
    .option("--yes <id>", "approve that request without being asked");
  addSettings(command, "dataDir");
  command.addOption(jsonOption()).addHelpText("after", HELP).action(run);
  addExamples(command, "tocsin-recorder approve");
}

interface Options extends Record<string, unknown> {
  yes?: string;
  json?: true;
}

async function run({ yes, json, ...flags }: Options): Promise<void> {
  const { socket } = dataFolderAt(readSettings(flags, "dataDir").dataDir);
  if (yes !== undefined) {
    const keys = await approve(socket, yes);
    if (json) await printJson({ id: yes, keys });
    return;
  }
  const { requests } = await askRecorder<ControlStatus>(socket, "GET", "/status");
  if (json) {
    await printJson({ requests });
    return;
  }
  if (requests.length === 0) note("no page asks for keys");
  for (const request of requests) await decide(socket, request);
}

async function decide(socket: string, request: KeyRequest): Promise<void> {
  const { id, origin, windows } = request;
  await printLine(`${origin} asks for the keys of`);
  for (const span of joinSpans(windows)) await printLine(`  ${localSpan(span)}`);
  note(
    "With them it can make public which numbers this machine sent then, and in up to six hours around it:",
  );
  note("a key lasts that long. Its numbers are never sent again.");
  const instead = `\`tocsin-recorder approve --yes ${id}\` gives them, \`tocsin-recorder deny ${id}\` does not`;
  if (await confirm("Give them?", instead)) await approve(socket, id);
  else note("not given: the request stays open until it is over, or until `tocsin-recorder deny`");
}

async function approve(socket: string, id: string): Promise<number> {
  const path = `/key-requests/${encodeURIComponent(id)}/approval`;
  const { keys } = await askRecorder<{ keys: number }>(socket, "POST", path);
  note(`${count(keys, "key")} given: the page has 10 minutes to fetch ${keys === 1 ? "it" : "them"}`);
  note(`Until it has, \`tocsin-recorder deny ${id}\` takes that back.`);
  return keys;
}
