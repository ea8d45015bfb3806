import type { Command } from "commander";
import { addExamples, jsonOption } from "@tocsin/relayer/cli/options.ts";
import { note, printJson, printLine } from "@tocsin/relayer/cli/output.ts";
import { ContactStore, type ContactSummary } from "../contacts/contactStore.ts";
import { askRecorder } from "../control/client.ts";
import { dataFolderAt, statOf, type DataFolder } from "../control/dataFolder.ts";
import type { ControlStatus } from "../control/server.ts";
import { RecorderError } from "../errors.ts";
import type { RecorderStatus } from "../recorder.ts";
import { addSettings, readSettings } from "./settings.ts";
import { count, localSpan, localTime } from "./words.ts";

const HELP = `
With --json (times in unix seconds):
  {"running": true,
   "recorder": {"state": "recording" | "waiting", "problem"?: {"code", "message"}, "adapter"?, "since", "changesAt"?,
                "connections", "bridged", "heardRecently", "refused", "contacts": {"count", "from"?, "to"?}, "keys",
                "sealed"},
   "bridgeUrl"?, "pages": [{"origin", "pairedAt"}], "requests": [{"id", "origin", "windows", "expiresAt"}]}
  or {"running": false, "contacts": {"count", "from"?, "to"?}}`;

export function addStatusCommand(parent: Command): void {
  const command = parent
    .command("status")
    .summary("say what the recorder does, and what it has kept")
    .description(
      "Says what the recorder does, and what it has kept. Exit code 1 when none is running, or when it waits for the " +
        "adapter.",
    );
  addSettings(command, "dataDir");
  command.addOption(jsonOption()).addHelpText("after", HELP).action(run);
  addExamples(command, "tocsin-recorder status");
}

async function run({ json, ...flags }: { json?: true } & Record<string, unknown>): Promise<void> {
  const folder = dataFolderAt(readSettings(flags, "dataDir").dataDir);
  const status = await askStatus(folder);
  if (json) await printJson(status);
  if (!status.running) {
    if (!json) await printLine(contactsInWords(status.contacts));
    note("error RECORDER_NOT_RUNNING: no recorder is running: start one with `tocsin-recorder run`");
    process.exitCode = 1;
    return;
  }
  if (!json) for (const line of inWords(status)) await printLine(line);
  const { problem } = status.recorder;
  if (!problem) return;
  note(`error ${problem.code}: ${problem.message}`);
  process.exitCode = 1;
}

type Status = ({ running: true } & ControlStatus) | { running: false; contacts: ContactSummary };

async function askStatus(folder: DataFolder): Promise<Status> {
  try {
    return { running: true, ...(await askRecorder<ControlStatus>(folder.socket, "GET", "/status")) };
  } catch (error) {
    if (!(error instanceof RecorderError) || error.code !== "RECORDER_NOT_RUNNING") throw error;
    return { running: false, contacts: storedContacts(folder) };
  }
}

function storedContacts(folder: DataFolder): ContactSummary {
  if (!statOf(folder.contacts)) return { count: 0 };
  const store = ContactStore.open(folder.contacts);
  try {
    return store.summary();
  } finally {
    store.close();
  }
}

function inWords({ recorder, bridgeUrl, pages, requests }: ControlStatus): string[] {
  const { contacts, keys, sealed, refused } = recorder;
  const lines = [
    ...stateInWords(recorder),
    contactsInWords(contacts),
    `${count(keys, "key")} kept, ${sealed ? "sealed with a passphrase" : "not sealed"}`,
    bridgeUrl === undefined ? "no bridge" : `bridge at ${bridgeUrl}, ${count(pages.length, "page")} paired`,
  ];
  if (refused > 0)
    lines.push(`${refused} sightings were not recorded: there were more than there is room for`);
  if (requests.length > 0) {
    lines.push(
      `${count(requests.length, "request")} for keys: answer with \`tocsin-recorder approve\` or \`deny\``,
    );
  }
  return lines;
}

function stateInWords({ state, adapter, since, changesAt, ...rest }: RecorderStatus): string[] {
  const place = adapter === undefined ? "" : ` with ${adapter}`;
  if (state === "waiting") return [`waiting since ${localTime(since)}${place}`];
  const next = changesAt === undefined ? [] : [`the number on air changes at ${localTime(changesAt)}`];
  const connections = rest.connections
    ? `peers may connect, and ${count(rest.bridged, "number")} of theirs ${rest.bridged === 1 ? "is" : "are"} passed on`
    : "no connections: `tocsin-recorder doctor` says why";
  return [
    `recording since ${localTime(since)}${place}`,
    ...next,
    `${count(rest.heardRecently, "number")} heard in the last minute`,
    connections,
  ];
}

function contactsInWords({ count: number, from, to }: ContactSummary): string {
  const span = from === undefined || to === undefined ? "" : `, ${localSpan({ from, to })}`;
  return `${count(number, "contact")} recorded${span}`;
}
