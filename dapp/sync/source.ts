import { fromHex } from "@tocsin/protocol/bytes/hex.ts";
import type { LogSource } from "@tocsin/protocol/check/readLog.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";

/** Which log to follow, and through whom. */
export interface Settings {
  /** What the community calls itself; may be empty. */
  name: string;
  /** URL of an Ethereum JSON-RPC. */
  rpc: string;
  chainId: number;
  /** The registry's address, 0x and 40 digits of hex. */
  registry: string;
  logId: number;
  /** Base URLs of trustless gateways, tried in turn; at least one. */
  gateways: string[];
  /** Base URL of the relayer that takes reports; empty where nobody reports. */
  relayer: string;
  /** Whether filters are read first, and few batches whole. */
  slowLink?: true;
}

export type SettingsErrors = Partial<Record<keyof Settings, string>>;
export type ReadSettings = { settings: Settings } | { errors: SettingsErrors };

const MAX_NAME_LENGTH = 60;
const MAX_URL_LENGTH = 2_000;
const MAX_GATEWAYS = 20;

/**
 * Reads settings from the form, from this site's tocsin.json or from storage, all alike hostile. Every field is looked
 * at, so that all errors can be shown at once.
 */
export function readSettings(value: unknown): ReadSettings {
  const fields = (typeof value === "object" && value !== null ? value : {}) as Record<
    keyof Settings,
    unknown
  >;
  const errors: SettingsErrors = {};
  const read = <T>(field: keyof Settings, parse: (value: unknown) => T): T | undefined => {
    try {
      return parse(fields[field]);
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error;
      errors[field] = error.message;
      return undefined;
    }
  };
  const settings = {
    name: read("name", parseName),
    rpc: read("rpc", parseUrl),
    chainId: read("chainId", (id) => parsePositive(id, "The chain id")),
    registry: read("registry", parseAddress),
    logId: read("logId", (id) => parsePositive(id, "The log's number")),
    gateways: read("gateways", parseGateways),
    relayer: read("relayer", (url) => (url === undefined || url === "" ? "" : parseUrl(url))),
  };
  // A checkbox says "on".
  const slowLink = fields.slowLink === true || fields.slowLink === "on" ? { slowLink: true } : {};
  return Object.keys(errors).length > 0 ? { errors } : { settings: { ...settings, ...slowLink } as Settings };
}

/** The log that the settings name, as the protocol wants it. */
export function sourceOf(settings: Settings): Required<LogSource> {
  const { chainId, registry, logId } = settings;
  return { chainId, registry: fromHex(registry, "registry", 20), logId };
}

function parseName(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value !== "string") throw invalid("The name must be text.");
  const name = value.trim();
  if (name.length > MAX_NAME_LENGTH) throw invalid(`The name has at most ${MAX_NAME_LENGTH} characters.`);
  return name;
}

function parseUrl(value: unknown): string {
  const text = typeof value === "string" ? value.trim() : "";
  if (text === "") throw invalid("An address is needed, such as https://example.org.");
  if (text.length > MAX_URL_LENGTH || !URL.canParse(text))
    throw invalid(`“${text.slice(0, 80)}” is no address.`);
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw invalid("An address must begin with https:// or http://.");
  }
  if (url.username !== "" || url.password !== "")
    throw invalid("An address must not hold a user name or password.");
  return text;
}

function parseGateways(value: unknown): string[] {
  const list = Array.isArray(value) ? value.filter((item) => item !== "") : [];
  if (list.length === 0) throw invalid("At least one gateway is needed, one a line.");
  if (list.length > MAX_GATEWAYS) throw invalid(`At most ${MAX_GATEWAYS} gateways are asked.`);
  return [...new Set(list.map(parseUrl))];
}

function parsePositive(value: unknown, name: string): number {
  const number = typeof value === "string" && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
  if (!Number.isSafeInteger(number) || (number as number) < 1)
    throw invalid(`${name} must be a whole number from 1.`);
  return number as number;
}

function parseAddress(value: unknown): string {
  const text = typeof value === "string" ? value.trim() : "";
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) {
    throw invalid("The registry's address is 0x and 40 digits of hex.");
  }
  return text.toLowerCase();
}

function invalid(message: string): TocsinError {
  return new TocsinError("ARGUMENT_INVALID", message);
}
