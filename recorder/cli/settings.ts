import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { InvalidArgumentError, type Command } from "commander";
import { CliError } from "@tocsin/relayer/cli/errors.ts";
import { parseWhole } from "@tocsin/relayer/cli/options.ts";

/** Ports below belong to the system. */
const LOWEST_PORT = 1_024;
const LONGEST_PAUSE = 3_600;

/** Every setting by name, with how its text is read. The flag of `dataDir` is --data-dir, its variable TOCSIN_RECORDER_DATA_DIR. */
const SETTINGS = {
  dataDir: {
    argument: "<folder>",
    help: "folder of keys, contacts and pairings",
    read: readText,
    default: defaultDataDir(process.env),
  },
  adapter: {
    argument: "<name>",
    help: "Bluetooth adapter, such as hci0; without it the first that there is",
    read: readAdapter,
  },
  bluezConfig: {
    argument: "<file>",
    help: "BlueZ's configuration file, from which its privacy setting is read",
    read: readText,
    default: "/etc/bluetooth/main.conf",
  },
  port: {
    argument: "<number>",
    help: "port of the bridge for pages of this machine, 0 for a free one",
    read: readPort,
    default: "8430",
  },
  passphraseFile: {
    argument: "<file>",
    help: "file with the passphrase of your keys",
    read: readText,
  },
  listen: {
    argument: "<seconds>",
    help: "how long the radio listens at a time",
    read: parseWhole(1, LONGEST_PAUSE),
    default: "20",
  },
  pause: {
    argument: "<seconds>",
    help: "how long it pauses in between: the longer, the less power it takes",
    read: parseWhole(0, LONGEST_PAUSE),
    default: "10",
  },
} as const satisfies Record<
  string,
  { argument: string; help: string; read: (text: string) => unknown; default?: string }
>;

type SettingName = keyof typeof SETTINGS;
type Value<Name extends SettingName> =
  | ReturnType<(typeof SETTINGS)[Name]["read"]>
  | ((typeof SETTINGS)[Name] extends { default: string } ? never : undefined);

/** Adds settings to a command. */
export function addSettings(command: Command, ...names: SettingName[]): void {
  for (const name of names) {
    const setting: { argument: string; help: string; default?: string } = SETTINGS[name];
    const shown = setting.default === undefined ? "" : `; default ${setting.default}`;
    command.option(`--${toFlag(name)} ${setting.argument}`, `${setting.help} (${variableOf(name)}${shown})`);
  }
}

/**
 * Reads settings: flags > environment > defaults.
 * @throws USAGE_INVALID, which names every fault at once
 */
export function readSettings<Name extends SettingName>(
  flags: Partial<Record<SettingName, unknown>>,
  ...names: Name[]
): { [N in Name]: Value<N> } {
  const faults: string[] = [];
  const values = names.map((name) => {
    const setting: { read: (text: string) => unknown; default?: string } = SETTINGS[name];
    const text = flags[name] ?? (process.env[variableOf(name)] || setting.default);
    try {
      return [name, typeof text === "string" ? setting.read(text) : undefined];
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      faults.push(`${name} (--${toFlag(name)} or ${variableOf(name)}): ${error.message}`);
      return [name, undefined];
    }
  });
  if (faults.length > 0) throw new CliError("USAGE_INVALID", faults.join(" "));
  return Object.fromEntries(values) as { [N in Name]: Value<N> };
}

function toFlag(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function variableOf(name: string): string {
  return `TOCSIN_RECORDER_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** Where programs keep what is neither settings nor to be thrown away. */
function defaultDataDir({ XDG_STATE_HOME: given = "" }: NodeJS.ProcessEnv): string {
  const state = isAbsolute(given) ? given : join(homedir(), ".local", "state");
  return join(state, "tocsin-recorder");
}

function readText(text: string): string {
  if (text === "") throw new InvalidArgumentError("It must not be empty.");
  return text;
}

function readAdapter(text: string): string {
  if (!/^hci\d{1,4}$/.test(text)) throw new InvalidArgumentError("An adapter is named hci0, hci1 or so.");
  return text;
}

function readPort(text: string): number {
  if (text === "0") return 0;
  return parseWhole(LOWEST_PORT, 65_535)(text);
}
