import { Fields } from "@tocsin/protocol/bytes/fields.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { parseContactRecords, type ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import {
  parseBroadcastKeys,
  type BroadcastKey,
  type BroadcastTimes,
} from "@tocsin/protocol/report/broadcastKeys.ts";
import { MAX_INDEX } from "@tocsin/protocol/tcn/ratchet.ts";
import { BridgeError } from "./bridgeError.ts";
import { isRequestId, isToken, readName } from "./connection.ts";

/** More records than this are asked for in several pages. */
export const PAGE_LENGTH = 2_000;
/** A recorder has some 60 keys of 14 days; one that is stopped and started often has more. */
const MAX_KEYS = 5_000;
const MAX_WORDS = 300;

/** What a recorder is doing. */
export interface RecorderStatus {
  isRecording: boolean;
  /** Why it records nothing, where it does not. */
  problem?: { code: string; message: string };
  /** Contact records that it holds. */
  contacts: number;
  /** Numbers that it heard in the last minute. */
  heardRecently: number;
}

/** Records that are new or changed after a revision. */
export interface ContactPage {
  contacts: ContactRecord[];
  /** What to go on from. */
  revision: number;
  /** Whether there are more. */
  more: boolean;
}

export type KeyAnswer =
  { state: "pending" | "denied" | "expired" } | { state: "granted"; keys: BroadcastKey[] };

/** Every parser below throws ANSWER_INVALID. */
export function readPairing(value: unknown): { token: string; name: string } {
  return parse(value, (fields) => {
    const token = fields.string("token");
    if (!isToken(token)) throw invalid("the token has not the form of one");
    return { token, name: readName(fields.has("name") ? fields.string("name") : "") };
  });
}

export function readStatus(value: unknown): RecorderStatus {
  return parse(value, (fields) => {
    const state = fields.string("state");
    if (state !== "recording" && state !== "waiting") throw invalid("it names a state that does not exist");
    const problem = fields.has("problem") ? fields.object("problem") : undefined;
    return {
      isRecording: state === "recording",
      ...(problem
        ? {
            problem: { code: problem.string("code"), message: problem.string("message").slice(0, MAX_WORDS) },
          }
        : {}),
      contacts: fields.object("contacts").uint("count"),
      heardRecently: fields.uint("heardRecently"),
    };
  });
}

/** @param after the revision that was asked from */
export function readContactPage(value: unknown, after: number): ContactPage {
  return parse(value, (fields) => {
    const contacts = linesOf(fields, value, "contacts", PAGE_LENGTH, parseContactRecords);
    const more = (value as Record<string, unknown>).more === true;
    // Revisions rise: else it could be asked for the same page for ever.
    const revision = fields.uint("revision", more ? after + 1 : after);
    return { contacts, revision, more };
  });
}

export function readBroadcasts(value: unknown): BroadcastTimes[] {
  return parse(value, (fields) => {
    const broadcasts = fields.objects("broadcasts");
    if (broadcasts.length > MAX_KEYS) throw invalid("it names too many broadcasts");
    return broadcasts.map((each) => {
      const firstIndex = each.uint("firstIndex", 1, MAX_INDEX);
      return {
        startedAt: each.uint("startedAt"),
        rotation: each.uint("rotation", 1, 86_400),
        firstIndex,
        lastIndex: each.uint("lastIndex", firstIndex, MAX_INDEX),
      };
    });
  });
}

export function readKeyRequest(value: unknown): { id: string; expiresAt: number } {
  return parse(value, (fields) => {
    const id = fields.string("id");
    if (!isRequestId(id)) throw invalid("the id of the request has not the form of one");
    return { id, expiresAt: fields.uint("expiresAt") };
  });
}

export function readKeyAnswer(value: unknown): KeyAnswer {
  return parse(value, (fields) => {
    const state = fields.string("state");
    switch (state) {
      case "pending":
      case "denied":
      case "expired":
        return { state };
      case "granted":
        return { state, keys: linesOf(fields, value, "keys", MAX_KEYS, parseBroadcastKeys) };
      default:
        throw invalid("the request has a state that does not exist");
    }
  });
}

/** A list of what stands in the lines of a file, by the same rules; one that is broken breaks all. */
function linesOf<T>(
  fields: Fields,
  value: unknown,
  key: string,
  most: number,
  parseLines: (text: string) => { records: T[]; errors: { message: string }[] },
): T[] {
  if (fields.objects(key).length > most) throw invalid(`it gives more than ${most} ${key}`);
  const items = (value as Record<string, unknown[]>)[key]!;
  const { records, errors } = parseLines(items.map((item) => JSON.stringify(item)).join("\n"));
  if (errors[0]) throw invalid(errors[0].message);
  return records;
}

function parse<T>(value: unknown, read: (fields: Fields) => T): T {
  try {
    return read(new Fields(value, "JSON_INVALID", "answer"));
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error;
    throw new BridgeError("ANSWER_INVALID", error.message, { cause: error });
  }
}

function invalid(message: string): BridgeError {
  return new BridgeError("ANSWER_INVALID", message);
}
