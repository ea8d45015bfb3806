import closeWithGrace from "close-with-grace";
import type { Command } from "commander";
import { startRelayer } from "../app.ts";
import { readConfig, SETTINGS, toFlag, variableOf } from "../config/config.ts";

/** `tocsin serve`: runs the relayer until it is told to stop. */
export function addServeCommand(program: Command): void {
  const command = program
    .command("serve")
    .description("run a relayer: take reports, batch them, store them and anchor them")
    .option(
      "--config <file>",
      "JSON file with these settings by name (flags > environment > file > defaults)",
    );
  for (const { name, help, default: value } of SETTINGS) {
    const shown = value === undefined ? "" : `; default ${value}`;
    command.option(`--${toFlag(name)} <value>`, `${help} (${variableOf(name)}${shown})`);
  }
  command.addHelpText(
    "after",
    "\nThe operator's private key comes from TOCSIN_PRIVATE_KEY or --key-file.\n\nExample:\n" +
      "  TOCSIN_PRIVATE_KEY=… tocsin serve --rpc http://127.0.0.1:8545 --registry 0x… --log 1",
  );
  command.action(async ({ config, ...flags }: { config?: string } & Record<string, unknown>) => {
    const relayer = await startRelayer(readConfig(flags, process.env, config));
    process.stderr.write(`listening on ${relayer.url}\n`);
    closeWithGrace({ delay: 10_000 }, () => relayer.stop());
  });
}
