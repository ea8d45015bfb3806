import { readFileSync } from "node:fs";
import { z } from "zod";
import { StartError } from "../errors.ts";
import { MAX_SPAN } from "@tocsin/protocol/match/matchReports.ts";

const seconds = z.coerce.number().int().min(1).max(31_536_000);
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "must be an address: 0x and 40 digits of hex");
const WEI_PER_GWEI = 1e9;

/** Every setting of the relayer, its unit and its default. */
const schema = z.object({
  rpc: z.url({ protocol: /^https?$/ }).describe("URL of the Ethereum JSON-RPC"),
  chainId: z.coerce.number().int().min(1).optional().describe("refuse an RPC of another chain"),
  registry: address.describe("address of the ReportRegistry"),
  log: z.coerce.number().int().min(1).describe("number of the log, from `tocsin log open`"),
  bond: address
    .optional()
    .describe("address of the ReportBond that holds the operator's bond: demands on it are answered"),
  keyFile: z.string().optional().describe("file with the operator's private key in hex"),
  dataDir: z.string().min(1).default("data").describe("folder of the database and the blocks"),
  host: z.string().min(1).default("127.0.0.1").describe("address to listen on"),
  port: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8420)
    .describe("port to listen on, 0 for a free one"),
  sealAfter: seconds.default(900).describe("seconds after which a waiting report is sealed into a batch"),
  sealAt: z.coerce.number().int().min(1).default(5_000).describe("waiting reports that are sealed at once"),
  anchorWithin: seconds.default(86_400).describe("seconds that a receipt gives until its deadline"),
  maxSpan: z.coerce
    .number()
    .int()
    .min(1)
    .max(65_535)
    .default(MAX_SPAN)
    .describe("contact numbers a report may cover"),
  reportsPerMinute: z.coerce
    .number()
    .int()
    .min(1)
    .default(60)
    .describe("reports taken from one address a minute"),
  pollInterval: seconds.default(5).describe("seconds between two rounds of the publisher"),
  bumpAfter: seconds.default(90).describe("seconds after which a slow transaction's fees are raised"),
  maxFeeGwei: z.coerce
    .number()
    .positive()
    .max(1_000_000)
    .default(200)
    .describe("the most that is offered for a unit of gas, in gwei"),
  logLevel: z
    .enum(["debug", "info", "warn", "error", "silent"])
    .default("info")
    .describe("how much is logged"),
});

export type Settings = z.infer<typeof schema>;
export type SettingName = keyof Settings;

export interface Config extends Settings {
  /** The setting `log`, by the name that the contract gives it. */
  logId: number;
  /** 0x and 32 bytes of hex. A secret. */
  privateKey: string;
  maxFeePerGas: bigint;
}

/** The settings with what their help says. */
export const SETTINGS = Object.entries(schema.shape).map(([name, field]) => ({
  name: name as SettingName,
  help: field.description ?? "",
  default: field.safeParse(undefined).data,
}));

/** The environment variable of a setting: `dataDir` is TOCSIN_DATA_DIR. */
export function variableOf(name: string): string {
  return `TOCSIN_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/**
 * Puts the configuration together: flags > environment > file > defaults.
 * @param file path of a JSON file with settings by name
 * @throws StartError CONFIG_INVALID, which names every fault at once
 */
export function readConfig(
  flags: Partial<Record<string, unknown>>,
  environment: NodeJS.ProcessEnv,
  file: string | undefined,
): Config {
  const faults: string[] = [];
  const fromFile = file === undefined ? {} : readFile(file, faults);
  const fromEnvironment = Object.fromEntries(
    SETTINGS.flatMap(({ name }) => {
      const value = environment[variableOf(name)];
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );
  const sources: Record<string, unknown> = { ...fromFile, ...fromEnvironment, ...flags };
  const parsed = schema.strict().safeParse(sources);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = issue.path.join(".");
      const where = name ? `${name} (--${toFlag(name)} or ${variableOf(name)}): ` : "";
      faults.push(where + (sources[name] === undefined ? "missing" : issue.message));
    }
  }
  const keyFile = parsed.data?.keyFile;
  const privateKey = readKey(environment, keyFile, faults);
  if (!parsed.success || privateKey === undefined || faults.length > 0) {
    throw new StartError("CONFIG_INVALID", `the configuration is not complete: ${faults.join("; ")}`);
  }
  const maxFeePerGas = BigInt(Math.round(parsed.data.maxFeeGwei * WEI_PER_GWEI));
  return { ...parsed.data, logId: parsed.data.log, privateKey, maxFeePerGas };
}

/** The flag of a setting: `dataDir` is data-dir. */
export function toFlag(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function readFile(file: string, faults: string[]): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof json === "object" && json !== null && !Array.isArray(json))
      return json as Record<string, unknown>;
    faults.push(`${file} is not a JSON object`);
  } catch (error) {
    faults.push(`${file} cannot be read: ${(error as Error).message}`);
  }
  return {};
}

/** The key comes from a file or TOCSIN_PRIVATE_KEY, never from a flag: command lines are seen by others. */
function readKey(
  environment: NodeJS.ProcessEnv,
  keyFile: string | undefined,
  faults: string[],
): string | undefined {
  let text = environment.TOCSIN_PRIVATE_KEY;
  if (keyFile !== undefined) {
    try {
      text = readFileSync(keyFile, "utf8");
    } catch {
      faults.push(`the key file ${keyFile} cannot be read`);
      return undefined;
    }
  }
  const digits = text?.trim().replace(/^0x/, "") ?? "";
  if (/^[0-9a-fA-F]{64}$/.test(digits) && !/^0+$/.test(digits)) return `0x${digits}`;
  faults.push(
    "the operator's private key is missing or no key: set TOCSIN_PRIVATE_KEY or --key-file (32 bytes of hex)",
  );
  return undefined;
}
