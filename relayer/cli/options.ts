import { InvalidArgumentError, Option, type Command } from "commander";
import { fromHex } from "@tocsin/protocol/bytes/hex.ts";

/** Unix seconds, or ISO 8601 with a time zone; a date alone is its midnight in UTC. Gives unix seconds. */
export function parseTime(text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  const iso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d))?$/.test(text);
  const milliseconds = iso ? Date.parse(text) : Number.NaN;
  if (!(milliseconds >= 0)) {
    throw new InvalidArgumentError(
      "A time is unix seconds or ISO 8601 with its zone, such as 2026-03-01T18:00Z.",
    );
  }
  return Math.floor(milliseconds / 1000);
}

/** A day as YYYY-MM-DD. Gives unix seconds of its midnight in UTC. */
export function parseDay(text: string): number {
  const milliseconds = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!(milliseconds >= 0)) throw new InvalidArgumentError("A day is written YYYY-MM-DD.");
  return milliseconds / 1000;
}

/** Gives a parser of whole numbers from `min` to `max`, both included. */
export function parseWhole(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

/** An amount of ether in decimals, above zero. Gives wei. */
function parseEther(text: string): bigint {
  const [, whole = "", fraction = ""] = /^(\d{1,9})(?:\.(\d{1,18}))?$/.exec(text) ?? [];
  const wei = BigInt(whole + fraction.padEnd(18, "0"));
  if (whole === "" || wei === 0n) {
    throw new InvalidArgumentError("An amount of ether is a number above 0, such as 0.25.");
  }
  return wei;
}

/** An Ethereum address. Gives its 20 bytes. */
export function parseAddress(text: string): Uint8Array {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) {
    throw new InvalidArgumentError("An address is 0x and 40 digits of hex.");
  }
  return fromHex(text, "address", 20);
}

/** The leaf of an entry, hex with or without 0x. Gives its 32 bytes. */
export function parseLeaf(text: string): Uint8Array {
  if (!/^(0x)?[0-9a-fA-F]{64}$/.test(text)) throw new InvalidArgumentError("A leaf is 64 digits of hex.");
  return fromHex(text, "leaf", 32);
}

/** The id of a demand. Gives it as events carry it. */
export function parseDemandId(text: string): string {
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) {
    throw new InvalidArgumentError("A demand is 0x and 64 digits of hex.");
  }
  return text.toLowerCase();
}

/** An http or https URL; gives it without a slash at its end. */
function parseUrl(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new InvalidArgumentError("It must be a URL that begins with http:// or https://.");
  }
  if (url.username !== "" || url.password !== "") {
    throw new InvalidArgumentError("A URL with a name or password in it cannot be used.");
  }
  return text.replace(/\/+$/, "");
}

/** Adds one more URL to those of an option that may be given several times. */
export function collectUrls(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), parseUrl(text)];
}

export const jsonOption = (): Option => new Option("--json", "print JSON instead of text");

export const rpcOption = (): Option =>
  new Option("--rpc <url>", "JSON-RPC of an Ethereum node").argParser(parseUrl);

export const registryOption = (): Option =>
  new Option("--registry <address>", "address of the ReportRegistry").argParser(parseAddress);

export const logOption = (): Option =>
  new Option("--log <number>", "number of the log in the registry").argParser(parseWhole(1));

export const bondOption = (): Option =>
  new Option("--bond <address>", "address of the ReportBond").argParser(parseAddress);

/** An option that takes an amount of ether; gives wei. */
export const etherOption = (flag: string, help: string): Option =>
  new Option(`${flag} <ether>`, `${help}, in ether`).argParser(parseEther);

export const chainIdOption = (): Option =>
  new Option("--chain-id <number>", "refuse an RPC of another chain").argParser(parseWhole(1));

export const fromBlockOption = (): Option =>
  new Option(
    "--from-block <number>",
    "a block up to the one in which the log was opened: nothing before it is read. A later one can only make the command fail",
  ).argParser(parseWhole(0));

export const relayerOption = (): Option =>
  new Option("--relayer <url>", "address of a relayer").argParser(parseUrl).makeOptionMandatory();

export const keyFileOption = (): Option =>
  new Option(
    "--key-file <file>",
    "file with the private key of the account that pays, in hex; without it the environment variable " +
      "TOCSIN_PRIVATE_KEY is read",
  );

/** Adds examples to the end of a command's help. */
export function addExamples(command: Command, ...examples: string[]): void {
  const title = examples.length > 1 ? "Examples" : "Example";
  command.addHelpText("after", `\n${title}:\n${examples.map((example) => `  $ ${example}`).join("\n")}`);
}
