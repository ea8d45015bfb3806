import type { Command } from "commander";
import { SETTINGS, toFlag, variableOf } from "../config/config.ts";

/** Adds the relayer's settings to a command, and the file that may hold them. */
export function addSettings(command: Command): void {
  command.option(
    "--config <file>",
    "JSON file with these settings by name (flags > environment > file > defaults)",
  );
  for (const { name, help, default: value } of SETTINGS) {
    const shown = value === undefined ? "" : `; default ${String(value)}`;
    command.option(`--${toFlag(name)} <value>`, `${help} (${variableOf(name)}${shown})`);
  }
  command.addHelpText(
    "after",
    "\nSecrets come from the environment alone: TOCSIN_PRIVATE_KEY (or --key-file) is the operator's key, DATABASE_URL a\n" +
      "PostgreSQL to use instead of SQLite, TOCSIN_PINNING_TOKEN the pinning service's token,\n" +
      "TOCSIN_METRICS_TOKEN what a reader of /metrics on another machine must know.",
  );
}
