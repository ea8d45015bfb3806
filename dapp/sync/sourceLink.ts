import { TocsinError } from "@tocsin/protocol/errors.ts";
import { fromBase64, toBase64 } from "@tocsin/protocol/bytes/base64.ts";
import type { Source } from "./source.ts";

/** A source as a form has it: everything as it is typed, gateways one a line. */
export type SourceDraft = Record<keyof Source, string>;

/** What a form begins with where nothing is known yet. */
export const EMPTY_DRAFT: SourceDraft = {
  ...{ name: "", rpc: "", chainId: "", registry: "", logId: "", gateways: "", relayer: "", fromBlock: "" },
};

const PARAMETER = /[#?&]source=([A-Za-z0-9_-]+)(?:[&#]|$)/;
const MAX_LENGTH = 8_000;

export function toDraft(source: Source): SourceDraft {
  const text = (value: number | undefined): string => (value === undefined ? "" : String(value));
  return {
    ...{ name: source.name, rpc: source.rpc, registry: source.registry, relayer: source.relayer },
    ...{ chainId: text(source.chainId), logId: text(source.logId), fromBlock: text(source.fromBlock) },
    gateways: source.gateways.join("\n"),
  };
}

/** A draft as `readSource` takes it. */
export function draftFields(draft: SourceDraft): Record<keyof Source, unknown> {
  return { ...draft, gateways: draft.gateways.split(/\s+/) };
}

/** Whether an address is a host's alone. Anything behind it may be a key that somebody pays for. */
export function isPublicAddress(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { pathname, search, hash, username, password } = new URL(url);
  return [pathname.replace(/^\/$/, ""), search, hash, username, password].every((part) => part === "");
}

/**
 * A link that offers this source to whoever opens it. An RPC whose address may hold a key is left out: its host alone
 * would not answer, so whoever opens the link chooses one.
 * @param page address of this page, without a fragment
 */
export function sourceLink(source: Source, page: string): string {
  const { rpc, ...rest } = source;
  const shared = { ...rest, ...(isPublicAddress(rpc) ? { rpc } : {}) };
  const text = toBase64(new TextEncoder().encode(JSON.stringify(shared)));
  return `${page}#/sources/new?source=${text.replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_")}`;
}

/**
 * Reads what a link offers, whatever page it leads to: only its last part is looked at, and nothing is asked. What is in
 * it are words of strangers, to be looked at in a form and read by `readSource`.
 * @returns undefined for what is no such link
 */
export function readSourceLink(link: string): SourceDraft | undefined {
  const [, encoded] = (link.length <= MAX_LENGTH && PARAMETER.exec(link.trim())) || [];
  const value = encoded === undefined ? undefined : decode(encoded);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const fields = value as Partial<Record<keyof Source, unknown>>;
  const text = (field: unknown): string =>
    typeof field === "string" || typeof field === "number" ? String(field) : "";
  const gateways: unknown[] = Array.isArray(fields.gateways) ? fields.gateways : [];
  return {
    ...{ name: text(fields.name), rpc: text(fields.rpc), chainId: text(fields.chainId) },
    ...{ registry: text(fields.registry), logId: text(fields.logId), relayer: text(fields.relayer) },
    ...{ gateways: gateways.map(text).join("\n"), fromBlock: text(fields.fromBlock) },
  };
}

function decode(encoded: string): unknown {
  try {
    const base64 = encoded.replaceAll("-", "+").replaceAll("_", "/");
    const bytes = fromBase64(base64.padEnd(Math.ceil(base64.length / 4) * 4, "="), "source");
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown;
  } catch (error) {
    if (error instanceof TocsinError || error instanceof SyntaxError || error instanceof TypeError)
      return undefined;
    throw error;
  }
}
