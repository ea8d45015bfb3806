import type { Command } from "commander";
import { inspectConfig, SETTINGS, type Config, type InspectedConfig } from "../config/config.ts";
import { addExamples, jsonOption } from "./options.ts";
import { note, printable, printJson, printLine } from "./output.ts";
import { addSettings } from "./settings.ts";
import { table } from "./words.ts";

interface Options extends Record<string, unknown> {
  config?: string;
  json?: true;
}

const HELP = `
With --json:
  {"valid": true, "settings": {name: {"value", "source": "flag" | "environment" | "file" | "default"}},
   "secrets": {name: whether it is set}} or {"valid": false, "error": {"code", "message"}, "faults": [text]}`;

export function addConfigCheckCommand(parent: Command): void {
  const command = parent
    .command("check")
    .summary("check a relayer's configuration")
    .description(
      "Reads the configuration as `tocsin serve` would, and prints what is in force and where it comes from, or " +
        "everything that is wrong with it. Nothing is started or asked. Exit code 2 when it is not valid.",
    )
    .addOption(jsonOption());
  addSettings(command);
  command.addHelpText("after", HELP).action(run);
  addExamples(command, "tocsin config check --config relayer.json");
}

async function run({ config: file, json, ...flags }: Options): Promise<void> {
  const { config, faults, sources } = inspectConfig(flags, process.env, file);
  if (config) {
    const settings = effective(config, sources);
    const secrets = secretsOf(config);
    if (json) await printJson({ valid: true, settings, secrets });
    else await printLine(toText(settings, secrets));
    return;
  }
  process.exitCode = 2;
  for (const fault of faults) note(`error CONFIG_INVALID: ${fault}`);
  const message = `the configuration is not valid: ${faults.length} faults`;
  if (json) await printJson({ valid: false, error: { code: "CONFIG_INVALID", message }, faults });
}

type Effective = Record<string, { value: unknown; source: string }>;

function effective(config: Config, sources: InspectedConfig["sources"]): Effective {
  return Object.fromEntries(
    SETTINGS.flatMap(({ name }) => {
      const [value, source] = [config[name], sources.get(name)];
      return value === undefined || source === undefined ? [] : [[name, { value: masked(value), source }]];
    }),
  );
}

/** Secrets are never shown, only whether there is one. */
function secretsOf({ privateKey, databaseUrl, pinningToken, metricsToken }: Config): Record<string, boolean> {
  return {
    privateKey: privateKey !== "",
    databaseUrl: databaseUrl !== undefined,
    pinningToken: pinningToken !== undefined,
    metricsToken: metricsToken !== undefined,
  };
}

/** URLs of services often carry a key: in the name and password, the path or the query. */
function masked(value: unknown): unknown {
  const url = typeof value === "string" && /^https?:/.test(value) ? URL.parse(value) : null;
  if (!url) return value;
  const isPlain = url.pathname === "/" && url.search === "" && url.username === "" && url.password === "";
  return isPlain ? value : `${url.protocol}//${url.host}/…`;
}

function toText(settings: Effective, secrets: Record<string, boolean>): string {
  const values = Object.entries(settings).map(([name, { value, source }]) => {
    const text = Array.isArray(value) ? value.join(",") : String(value);
    return [name, `${printable(text)}  (${source})`] as const;
  });
  const hidden = Object.entries(secrets).map(([name, isSet]) => [name, isSet ? "set" : "not set"] as const);
  return table(Object.fromEntries([...values, ...hidden]));
}
