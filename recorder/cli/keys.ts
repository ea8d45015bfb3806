import type { Command } from "commander";
import { formatBroadcastKey, type TimeSpan } from "@tocsin/protocol/report/broadcastKeys.ts";
import { CliError } from "@tocsin/relayer/cli/errors.ts";
import { addExamples, jsonOption, parseTime } from "@tocsin/relayer/cli/options.ts";
import { note, printJson, printLine } from "@tocsin/relayer/cli/output.ts";
import { askRecorder } from "../control/client.ts";
import { dataFolderAt, type DataFolder } from "../control/dataFolder.ts";
import { Keyring } from "../keys/keyring.ts";
import { confirm } from "./ask.ts";
import { throughOrDirectly } from "./directly.ts";
import { PASSPHRASE_HELP, withPassphrase } from "./passphrase.ts";
import { reserveFile } from "./reserveFile.ts";
import { addSettings, readSettings } from "./settings.ts";
import { count, localSpan } from "./words.ts";

const HELP = `
One key a line:
  {"rak": hex, "startedAt": unix s, "rotation": 900, "firstIndex": 1, "lastIndex": 24}
With --json, prints {"file", "keys": how many} without the keys.
${PASSPHRASE_HELP}`;

export function addKeysCommand(parent: Command): void {
  const command = parent
    .command("keys")
    .summary("hand out the keys of a span of time, for `tocsin report create`")
    .description(
      "Hands out the keys of the numbers that this machine sent in a span of time, to report them. They are secret, and " +
        "each is handed out once: its numbers are never sent again, and a new key is on air at once. What got lost before it " +
        "was reported is given with --again.",
    )
    .requiredOption("--from <time>", "start of the span: unix seconds or ISO 8601", parseTime)
    .option("--to <time>", "end of the span; up to now if left out", parseTime)
    .requiredOption("--out <file>", "write them to a new file that only you can read")
    .option(
      "--again",
      "instead, those of that time that were handed out before, to a page or a file that lost them",
    )
    .option("--yes", "do not ask");
  addSettings(command, "dataDir", "passphraseFile");
  command.addOption(jsonOption()).addHelpText("after", HELP).action(run);
  addExamples(
    command,
    "tocsin-recorder keys --from 2026-03-01T08:00Z --to 2026-03-02T20:00Z --out keys.jsonl",
  );
}

interface Options extends Record<string, unknown> {
  from: number;
  to?: number;
  out: string;
  again?: true;
  yes?: true;
  json?: true;
}

async function run({ from, to = secondsNow() + 1, out, again, yes, json, ...flags }: Options): Promise<void> {
  const { dataDir, passphraseFile } = readSettings(flags, "dataDir", "passphraseFile");
  if (from >= to)
    throw new CliError("USAGE_INVALID", "--from must lie before --to, and without it before now");
  if (!yes && !again && !(await isWanted({ from, to }))) {
    note("nothing was handed out");
    process.exitCode = 1;
    return;
  }
  // Keys that were handed out are not offered again: a file that cannot be written must show before.
  const file = await reserveFile(out);
  const span = { from, to };
  const keys = await handOut(dataFolderAt(dataDir), { span, again, passphraseFile }).catch(
    async (error: unknown) => {
      await file.drop();
      throw error;
    },
  );
  await file.fill(keys.map((line) => `${line}\n`).join(""));
  if (json) await printJson({ file: out, keys: keys.length });
  else await printLine(`${count(keys.length, "key")} in ${out}`);
}

function isWanted(span: TimeSpan): Promise<boolean> {
  note(`The keys of ${localSpan(span)} are handed out, and this machine never sends their numbers again.`);
  note("A key lasts up to six hours: its numbers before and after that time can be told from it, too.");
  note("Whoever has them can report in your name. Delete the file when your report is sent.");
  return confirm("Hand them out?", "say --yes to hand the keys out");
}

/** @returns the keys, a line each */
function handOut(
  folder: DataFolder,
  {
    span,
    again,
    passphraseFile,
  }: { span: TimeSpan; again: true | undefined; passphraseFile: string | undefined },
): Promise<string[]> {
  return throughOrDirectly(
    folder,
    async () => {
      const body = { windows: [span] };
      return (
        await askRecorder<{ keys: string[] }>(
          folder.socket,
          "POST",
          again ? "/hand-outs/again" : "/hand-outs",
          body,
        )
      ).keys;
    },
    async () => {
      const keyring = await withPassphrase(passphraseFile, (passphrase) =>
        Keyring.open(folder.keys, passphrase),
      );
      const given = again ? keyring.handedOut([span]) : keyring.handOut([span], secondsNow());
      return given.map(formatBroadcastKey);
    },
  );
}

function secondsNow(): number {
  return Math.floor(Date.now() / 1000);
}
