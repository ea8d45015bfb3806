import { asShown } from "../sync/source.ts";

/** A recorder that this page is connected to. Times are unix seconds. */
export interface RecorderConnection {
  /** Origin of its bridge, on this device. */
  url: string;
  /** What the bridge knows this page by: a secret. */
  token: string;
  /** What the recorder calls itself; may be empty. */
  name: string;
  /** Up to which of the recorder's revisions its contact records were fetched. */
  revision: number;
  /** How many contact records came from it. */
  records: number;
  /** When it was last followed to its newest record. */
  followedAt?: number;
  /** When the contact records were erased here: sightings that began before do not come back. */
  erasedAt?: number;
  /** A request for keys whose answer was not fetched yet: what it grants can be had only once. */
  keyRequest?: string;
}

const HOSTS = new Set(["127.0.0.1", "localhost", "[::1]"]);
const MAX_NAME_LENGTH = 60;

/** The origin of a recorder's bridge. Undefined for anything that is not on this device: nothing there is encrypted. */
export function readRecorderUrl(value: unknown): string | undefined {
  if (typeof value !== "string" || !URL.canParse(value)) return undefined;
  const { protocol, hostname, origin } = new URL(value);
  return protocol === "http:" && HOSTS.has(hostname) ? origin : undefined;
}

/** 43 characters of base64url. */
export function isToken(value: unknown): value is string {
  return typeof value === "string" && /^[\w-]{43}$/.test(value);
}

export function isRequestId(value: unknown): value is string {
  return typeof value === "string" && /^[\w-]{1,64}$/.test(value);
}

/** A recorder's name, as far as it can be shown. */
export function readName(value: unknown): string {
  return typeof value === "string" ? asShown(value).slice(0, MAX_NAME_LENGTH) : "";
}

/** A connection from storage; undefined where there is none that this version can read. */
export function readConnection(value: unknown): RecorderConnection | undefined {
  const fields = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const url = readRecorderUrl(fields.url);
  const { token, revision, records, keyRequest } = fields;
  if (url === undefined || !isToken(token)) return undefined;
  const time = (key: "followedAt" | "erasedAt"): object =>
    isCount(fields[key]) ? { [key]: fields[key] } : {};
  return {
    ...{ url, token, name: readName(fields.name) },
    // Records that are fetched twice are merged.
    revision: isCount(revision) ? revision : 0,
    records: isCount(records) ? records : 0,
    ...time("followedAt"),
    ...time("erasedAt"),
    ...(isRequestId(keyRequest) ? { keyRequest } : {}),
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
