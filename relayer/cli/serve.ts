import closeWithGrace from "close-with-grace";
import type { Command } from "commander";
import { startRelayer } from "../app.ts";
import { readConfig } from "../config/config.ts";
import { addSettings } from "./settings.ts";

/** `tocsin serve`: runs the relayer until it is told to stop. */
export function addServeCommand(program: Command): void {
  const command = program
    .command("serve")
    .description("run a relayer: take reports, batch them, store them and anchor them");
  addSettings(command);
  command.addHelpText(
    "after",
    "\nExample:\n" + "  TOCSIN_PRIVATE_KEY=… tocsin serve --rpc http://127.0.0.1:8545 --registry 0x… --log 1",
  );
  command.action(async ({ config, ...flags }: { config?: string } & Record<string, unknown>) => {
    const relayer = await startRelayer(readConfig(flags, process.env, config));
    process.stderr.write(`listening on ${relayer.url}\n`);
    closeWithGrace({ delay: 10_000 }, () => relayer.stop());
  });
}
