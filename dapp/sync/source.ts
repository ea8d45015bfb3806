import { fromHex } from "@tocsin/protocol/bytes/hex.ts";
import type { LogSource } from "@tocsin/protocol/check/readLog.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { t } from "../i18n/i18n.ts";

/** A log that is followed, and through whom. */
export interface Source {
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
  /** A block up to the one in which the log was opened: nothing before it is read. */
  fromBlock?: number;
}

export type SourceErrors = Partial<Record<keyof Source, string>>;
export type ReadSource = { source: Source } | { errors: SourceErrors };

const MAX_NAME_LENGTH = 60;
const MAX_URL_LENGTH = 2_000;
const MAX_GATEWAYS = 20;
/** More than this many at once would make a check endless. */
export const MAX_SOURCES = 20;

/**
 * Reads a source from the form, a link, this site's tocsin.json or storage, all alike hostile. Every field is looked at,
 * so that all errors can be shown at once.
 */
export function readSource(value: unknown): ReadSource {
  const fields = (typeof value === "object" && value !== null ? value : {}) as Record<keyof Source, unknown>;
  const errors: SourceErrors = {};
  const read = <T>(field: keyof Source, parse: (value: unknown) => T): T | undefined => {
    try {
      return parse(fields[field]);
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error;
      errors[field] = error.message;
      return undefined;
    }
  };
  const source = {
    name: read("name", parseName),
    rpc: read("rpc", parseUrl),
    chainId: read("chainId", (id) => parsePositive(id, t("The chain id"))),
    registry: read("registry", parseAddress),
    logId: read("logId", (id) => parsePositive(id, t("The log’s number"))),
    gateways: read("gateways", parseGateways),
    relayer: read("relayer", (url) => (url === undefined || url === "" ? "" : parseUrl(url))),
  };
  const isGiven = fields.fromBlock !== undefined && fields.fromBlock !== "";
  const fromBlock = isGiven ? { fromBlock: read("fromBlock", (n) => parsePositive(n, t("The block"))) } : {};
  return Object.keys(errors).length > 0 ? { errors } : { source: { ...source, ...fromBlock } as Source };
}

/** Reads a list of sources: one that cannot be read counts as none, and of two of one log the first stays. */
export function readSources(value: unknown): Source[] {
  const read = (Array.isArray(value) ? value.slice(0, MAX_SOURCES) : []).flatMap((item: unknown) => {
    const one = readSource(item);
    return "source" in one ? [one.source] : [];
  });
  return [...new Map(read.reverse().map((source) => [sourceId(source), source])).values()].reverse();
}

/** What tells one log from every other: "31337-0xab…-1". */
export function sourceId({
  chainId,
  registry,
  logId,
}: Pick<Source, "chainId" | "registry" | "logId">): string {
  return `${chainId}-${registry}-${logId}`;
}

/** What a source is called: its name, or what of its log a person can compare. */
export function sourceName({ name, logId, registry }: Pick<Source, "name" | "logId" | "registry">): string {
  return name === "" ? t("Log {logId} of {registry}", { logId, registry: `${registry.slice(0, 8)}…` }) : name;
}

/** The log of a source, as the protocol wants it. */
export function logOf(source: Pick<Source, "chainId" | "registry" | "logId">): Required<LogSource> {
  const { chainId, registry, logId } = source;
  return { chainId, registry: fromHex(registry, "registry", 20), logId };
}

function parseName(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value !== "string") throw invalid(t("The name must be text."));
  const name = asShown(value);
  if (name.length > MAX_NAME_LENGTH)
    throw invalid(t("The name has at most {n} characters.", { n: MAX_NAME_LENGTH }));
  return name;
}

/** A stranger's name without the marks that turn the direction of writing: they would make it read as another. */
export function asShown(name: string): string {
  return name.replaceAll(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, "").trim();
}

/** @throws ARGUMENT_INVALID unless it is an address to which requests can be sent */
export function parseUrl(value: unknown): string {
  const text = typeof value === "string" ? value.trim() : "";
  if (text === "") throw invalid(t("An address is needed, such as https://example.org."));
  if (text.length > MAX_URL_LENGTH || !URL.canParse(text))
    throw invalid(t("“{text}” is no address.", { text: text.slice(0, 80) }));
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw invalid(t("An address must begin with https:// or http://."));
  }
  if (url.username !== "" || url.password !== "")
    throw invalid(t("An address must not hold a user name or password."));
  return text;
}

function parseGateways(value: unknown): string[] {
  const list = Array.isArray(value) ? value.filter((item) => item !== "") : [];
  if (list.length === 0) throw invalid(t("At least one gateway is needed, one a line."));
  if (list.length > MAX_GATEWAYS) throw invalid(t("At most {n} gateways are asked.", { n: MAX_GATEWAYS }));
  return [...new Set(list.map(parseUrl))];
}

function parsePositive(value: unknown, name: string): number {
  const number = typeof value === "string" && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
  if (!Number.isSafeInteger(number) || (number as number) < 1)
    throw invalid(t("{name} must be a whole number from 1.", { name }));
  return number as number;
}

function parseAddress(value: unknown): string {
  const text = typeof value === "string" ? value.trim() : "";
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) {
    throw invalid(t("The registry’s address is 0x and 40 digits of hex."));
  }
  return text.toLowerCase();
}

function invalid(message: string): TocsinError {
  return new TocsinError("ARGUMENT_INVALID", message);
}
