import { readFileSync } from "node:fs";
import { z } from "zod";
import { StartError } from "../errors.ts";
import { MAX_SPAN } from "@tocsin/protocol/match/limits.ts";

const seconds = z.coerce.number().int().min(1).max(31_536_000);
const count = z.coerce.number().int().min(1);
const url = z.url({ protocol: /^https?$/ });
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "must be an address: 0x and 40 digits of hex");
const WEI_PER_GWEI = 1e9;

/** Every setting of the relayer, its unit and its default. */
const schema = z.object({
  rpc: url.describe("URL of the Ethereum JSON-RPC"),
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
  sealEvery: seconds
    .default(900)
    .describe("seconds from one sealing to the next, counted from midnight UTC: reports wait for their turn"),
  sealAtLeast: count.default(10).describe("the fewest waiting reports that are sealed in their turn"),
  sealWithin: seconds.default(14_400).describe("seconds after which even fewer reports are sealed"),
  sealAt: count.default(5_000).describe("waiting reports that are sealed without waiting for their turn"),
  maxInFlight: count.max(64).default(4).describe("transactions that may be on their way at once"),
  kubo: url.optional().describe("URL of a Kubo RPC API that stores every batch as well"),
  pinningService: url.optional().describe("URL of an IPFS Pinning Service API that pins every batch"),
  pinningGateway: url
    .optional()
    .describe("URL of a gateway that serves what the pinning service pinned; needed with --pinning-service"),
  publicUrl: url
    .optional()
    .describe("URL at which the public reaches this relayer: a pinning service fetches batches from there"),
  optionalStores: z
    .string()
    .transform((names) => names.split(",").map((name) => name.trim()))
    .pipe(z.array(z.enum(["kubo", "pinning"])))
    .optional()
    .describe("stores that may fail without holding a batch back: kubo, pinning, or both with a comma"),
  retentionDays: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_650)
    .default(14)
    .describe("days after which a finalized batch's bytes are deleted"),
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
    .describe("reports taken from one address a minute, and at once after a pause"),
  trustedProxies: z.coerce
    .number()
    .int()
    .min(0)
    .max(16)
    .default(0)
    .describe("reverse proxies in front, whose word on the sender's address is taken"),
  workBits: z.coerce
    .number()
    .int()
    .min(0)
    .max(28)
    .default(0)
    .describe("bits of proof of work that an upload must show, 0 for none"),
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
  /** Of a PostgreSQL; without it the database is SQLite in the data folder. May hold a password. */
  databaseUrl?: string;
  /** Of the pinning service. A secret. */
  pinningToken?: string;
  /** Of who may read the metrics from another machine. A secret. */
  metricsToken?: string;
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

/** Where the value of a setting comes from. */
export type SettingSource = "flag" | "environment" | "file" | "default";

/** A configuration that may not be whole. */
export interface InspectedConfig {
  /** Undefined where there are faults. */
  config: Config | undefined;
  /** Everything that is wrong with it, a sentence each. */
  faults: string[];
  /** Of each setting that has a value. */
  sources: Map<SettingName, SettingSource>;
}

/**
 * Puts the configuration together: flags > environment > file > defaults.
 * @param file path of a JSON file with settings by name
 */
export function inspectConfig(
  flags: Partial<Record<string, unknown>>,
  environment: NodeJS.ProcessEnv,
  file: string | undefined,
): InspectedConfig {
  const faults: string[] = [];
  const fromFile = file === undefined ? {} : readFile(file, faults);
  const fromEnvironment = Object.fromEntries(
    SETTINGS.flatMap(({ name }) => {
      const value = environment[variableOf(name)];
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );
  const values: Record<string, unknown> = { ...fromFile, ...fromEnvironment, ...flags };
  const parsed = schema.strict().safeParse(values);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = issue.path[0];
      if (name === undefined) faults.push(issue.message);
      else
        faults.push(
          `${placeOf(String(name))}: ${values[String(name)] === undefined ? "missing" : issue.message}`,
        );
    }
  }
  if (parsed.data) faults.push(...pinningFaults(parsed.data, environment));
  const privateKey = readKey(environment, parsed.data?.keyFile, faults);
  const sources = new Map(
    SETTINGS.flatMap(({ name, default: value }): [SettingName, SettingSource][] => {
      if (flags[name] !== undefined) return [[name, "flag"]];
      if (fromEnvironment[name] !== undefined) return [[name, "environment"]];
      if (fromFile[name] !== undefined) return [[name, "file"]];
      return value === undefined ? [] : [[name, "default"]];
    }),
  );
  if (!parsed.success || privateKey === undefined || faults.length > 0) {
    return { config: undefined, faults, sources };
  }
  return { config: complete(parsed.data, privateKey, environment), faults, sources };
}

/** Puts the configuration together, as inspectConfig. @throws StartError CONFIG_INVALID, which names every fault at once */
export function readConfig(...given: Parameters<typeof inspectConfig>): Config {
  const { config, faults } = inspectConfig(...given);
  if (!config) {
    throw new StartError("CONFIG_INVALID", `the configuration is not complete: ${faults.join("; ")}`);
  }
  return config;
}

/** A pinning service that is only half configured must not be passed over: batches would be posted without it. */
function pinningFaults(settings: Settings, environment: NodeJS.ProcessEnv): string[] {
  if (settings.pinningService === undefined) return [];
  const faults: string[] = [];
  if (settings.pinningGateway === undefined) faults.push(`${placeOf("pinningGateway")}: missing`);
  if (!environment.TOCSIN_PINNING_TOKEN) faults.push("TOCSIN_PINNING_TOKEN: missing");
  return faults;
}

function placeOf(name: string): string {
  return `${name} (--${toFlag(name)} or ${variableOf(name)})`;
}

function complete(settings: Settings, privateKey: string, environment: NodeJS.ProcessEnv): Config {
  const {
    DATABASE_URL: databaseUrl,
    TOCSIN_PINNING_TOKEN: pinningToken,
    TOCSIN_METRICS_TOKEN: metricsToken,
  } = environment;
  return {
    ...settings,
    logId: settings.log,
    privateKey,
    maxFeePerGas: BigInt(Math.round(settings.maxFeeGwei * WEI_PER_GWEI)),
    ...(databaseUrl ? { databaseUrl } : {}),
    ...(pinningToken ? { pinningToken } : {}),
    ...(metricsToken ? { metricsToken } : {}),
  };
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
