import { cidDigestFrom } from "@tocsin/protocol/batch/cid.ts";
import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";

const LONGEST_MESSAGE = 200;

/** The JSON object in an answer's bytes; an empty one where there is something else. */
export function jsonOf(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** What a server says of itself, made fit for a log: one line, not long, no URL, for that may hold a key. */
export function wordsOf(text: string): string {
  return text
    .replace(/\w+:\/\/\S+/g, "…")
    .replace(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, " ")
    .slice(0, LONGEST_MESSAGE)
    .trim();
}

/** Whether a server's answer is the CID of a block, in whatever base it writes it. */
export function isCidOf(value: unknown, cidDigest: Uint8Array): boolean {
  try {
    return typeof value === "string" && equalBytes(cidDigestFrom(value), cidDigest);
  } catch {
    return false;
  }
}
