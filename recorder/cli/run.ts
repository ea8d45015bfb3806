import closeWithGrace from "close-with-grace";
import type { Command } from "commander";
import { addExamples } from "@tocsin/relayer/cli/options.ts";
import { note } from "@tocsin/relayer/cli/output.ts";
import { startApp, type RecorderApp } from "../app.ts";
import { explain } from "./errors.ts";
import { PASSPHRASE_HELP, withPassphrase } from "./passphrase.ts";
import { addSettings, readSettings } from "./settings.ts";

/** Milliseconds in which a recorder that is told to stop must have done so. */
const STOP_WITHIN = 10_000;

const HELP = `
Flags come before the environment, and that before the defaults.
${PASSPHRASE_HELP}
With a passphrase keys that were not sealed are from then on.

It says what it does on stderr, in words: never a number, a key or an address. It ends with Ctrl-C or SIGTERM.`;

export function addRunCommand(parent: Command): void {
  const command = parent
    .command("run")
    .summary("send numbers and record those that are heard, until it is told to stop")
    .description(
      "Sends this machine's contact number over Bluetooth, a new one every 15 minutes, and records the numbers that it " +
        "hears. Nothing leaves this machine but the number. `tocsin-recorder doctor` says whether the adapter can.",
    );
  addSettings(command, ...NAMES);
  command
    .option("--no-bridge", "no bridge: pages of this machine cannot ask for contacts and keys")
    .addHelpText("after", HELP)
    .action(run);
  addExamples(command, "tocsin-recorder run", "tocsin-recorder run --adapter hci1 --no-bridge");
}

const NAMES = ["dataDir", "adapter", "bluezConfig", "port", "passphraseFile", "listen", "pause"] as const;

async function run({ bridge, ...flags }: { bridge: boolean } & Record<string, unknown>): Promise<void> {
  const { dataDir, adapter, bluezConfig, port, passphraseFile, listen, pause } = readSettings(
    flags,
    ...NAMES,
  );
  const app = await withPassphrase(passphraseFile, (passphrase) =>
    startApp(
      {
        dataDir,
        adapter,
        bluezConfig,
        port: bridge ? port : undefined,
        passphrase,
        listenFor: listen,
        pauseFor: pause,
      },
      { note },
    ),
  );
  closeWithGrace({ delay: STOP_WITHIN, logger: false }, async ({ err }) => {
    if (err) {
      const { code, message } = explain(err);
      note(`error ${code}: ${message}`);
    }
    await app.stop();
    note("stopped: what was heard is kept");
  });
  tellStart(app, dataDir);
}

function tellStart({ bridgeUrl }: RecorderApp, dataDir: string): void {
  note(`started: keys and contacts are kept in ${dataDir}`);
  if (bridgeUrl === undefined) note("there is no bridge: pages cannot ask for anything");
  else note(`pages of this machine can be paired at ${bridgeUrl}: \`tocsin-recorder pair\` gives the code`);
}
