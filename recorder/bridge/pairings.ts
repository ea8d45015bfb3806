import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { Fields, parseJson } from "@tocsin/protocol/bytes/fields.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { RecorderError } from "../errors.ts";
import { replaceFile } from "../keys/replaceFile.ts";

const FORMAT = "tocsin-recorder-pairings";
const VERSION = 1;
const TOKEN_LENGTH = 32;
const HASH_LENGTH = 32;

/** Whether an origin is that of a page on the web, in the one way that browsers write it. */
export function isPage(origin: string | undefined): boolean {
  const url = origin === undefined ? null : URL.parse(origin);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === origin;
}

/** A page that a person has let read the recorder. */
export interface Pairing {
  /** As browsers write it: scheme, host and port. */
  origin: string;
  /** Unix seconds. */
  pairedAt: number;
}

interface Entry extends Pairing {
  /** SHA-256 of the token. */
  tokenHash: Uint8Array;
}

/**
 * The paired pages, one pairing for each origin, in a file that only its owner may read. Of a token only its hash is
 * kept: who reads the file cannot ask the recorder for anything.
 */
export class Pairings {
  readonly #file: string;
  #entries: ReadonlyMap<string, Entry>;

  private constructor(file: string, entries: Entry[]) {
    this.#file = file;
    this.#entries = new Map(entries.map((entry) => [entry.origin, entry]));
  }

  /** @throws PAIRINGS_DAMAGED, DATA_FOLDER_UNUSABLE */
  static open(file: string): Pairings {
    return new Pairings(file, read(file));
  }

  list(): Pairing[] {
    return [...this.#entries.values()].map(({ origin, pairedAt }) => ({ origin, pairedAt }));
  }

  has(origin: string): boolean {
    return this.#entries.has(origin);
  }

  /**
   * Pairs an origin; an earlier token of it ends.
   * @param now unix seconds
   * @returns the token: 43 characters of base64url
   * @throws DATA_FOLDER_UNUSABLE
   */
  add(origin: string, now: number): string {
    const token = randomBytes(TOKEN_LENGTH).toString("base64url");
    const added = new Map(this.#entries).set(origin, { origin, pairedAt: now, tokenHash: hashOf(token) });
    this.#save(added);
    return token;
  }

  /** Whether that is the token of that origin. */
  isToken(origin: string, token: string): boolean {
    const entry = this.#entries.get(origin);
    return entry !== undefined && timingSafeEqual(hashOf(token), entry.tokenHash);
  }

  /** Ends the pairing of an origin, where there is one. @throws DATA_FOLDER_UNUSABLE */
  remove(origin: string): void {
    const rest = new Map(this.#entries);
    if (rest.delete(origin)) this.#save(rest);
  }

  #save(entries: ReadonlyMap<string, Entry>): void {
    const pairings = [...entries.values()].map(({ origin, pairedAt, tokenHash }) => ({
      origin,
      pairedAt,
      tokenHash: toHex(tokenHash),
    }));
    try {
      replaceFile(this.#file, `${JSON.stringify({ format: FORMAT, version: VERSION, pairings })}\n`);
    } catch (error) {
      throw unusable("write", this.#file, error);
    }
    this.#entries = entries;
  }
}

function hashOf(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}

function read(file: string): Entry[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw unusable("read", file, error);
  }
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error;
    const message = `${file} is damaged (${error.message}): delete it, and pair your pages again`;
    throw new RecorderError("PAIRINGS_DAMAGED", message, { cause: error });
  }
}

function parse(text: string): Entry[] {
  const file = new Fields(parseJson(text, "JSON_INVALID", "the file"), "JSON_INVALID", "file");
  if (file.string("format") !== FORMAT)
    throw new TocsinError("JSON_INVALID", `file.format must be ${FORMAT}`);
  file.uint("version", VERSION, VERSION);
  return file.objects("pairings").map((fields) => {
    const origin = fields.string("origin");
    if (!isPage(origin)) throw new TocsinError("JSON_INVALID", "an origin in it is none");
    return {
      origin,
      pairedAt: fields.uint("pairedAt"),
      tokenHash: fields.hex("tokenHash", HASH_LENGTH),
    };
  });
}

function unusable(what: "read" | "write", file: string, error: unknown): RecorderError {
  const message = `cannot ${what} ${file}: ${(error as Error).message}`;
  return new RecorderError("DATA_FOLDER_UNUSABLE", message, { cause: error });
}
