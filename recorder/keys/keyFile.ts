import { readFileSync, statSync } from "node:fs";
import { Fields, parseJson } from "@tocsin/protocol/bytes/fields.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { RecorderError } from "../errors.ts";
import { replaceFile } from "./replaceFile.ts";
import { Seal } from "./seal.ts";
import type { StoredKey } from "./slots.ts";
import { decodeKeys, encodeKeys } from "./storedKeys.ts";

const FORMAT = "tocsin-recorder-keys";
const VERSION = 1;
/** A file of more is not read, and none is written: some 80,000 keys, where 14 days have 60. */
const MOST_BYTES = 16 * 2 ** 20;

/** The one file that all keys stand in, which is written whole or not at all. */
export class KeyFile {
  readonly #path: string;
  readonly #seal: Seal | undefined;

  private constructor(path: string, seal: Seal | undefined) {
    this.#path = path;
    this.#seal = seal;
  }

  /**
   * Reads the file, where there is one. With a passphrase it is sealed from then on, whether it was before or not.
   * @throws KEYS_DAMAGED, PASSPHRASE_MISSING, PASSPHRASE_WRONG, KEYS_UNWRITABLE, DATA_FOLDER_UNUSABLE
   */
  static async open(path: string, passphrase?: string): Promise<{ file: KeyFile; keys: StoredKey[] }> {
    const text = read(path);
    // No error names another as its cause here: a message of JSON.parse quotes what it could not read.
    try {
      if (text !== undefined) return await KeyFile.#parse(path, text, passphrase);
    } catch (error) {
      if (error instanceof TocsinError) throw damaged(path);
      throw error;
    }
    return { file: new KeyFile(path, passphrase ? await Seal.new(passphrase) : undefined), keys: [] };
  }

  static async #parse(
    path: string,
    text: string,
    passphrase?: string,
  ): Promise<{ file: KeyFile; keys: StoredKey[] }> {
    const fields = fieldsOf(text);
    if (fields.string("format") !== FORMAT) throw damaged(path);
    fields.uint("version", VERSION, VERSION);
    if (!fields.has("ciphertext")) {
      const keys = decodeKeys(fields);
      const file = new KeyFile(path, passphrase ? await Seal.new(passphrase) : undefined);
      if (file.isSealed) file.write(keys);
      return { file, keys };
    }
    if (!passphrase) throw new RecorderError("PASSPHRASE_MISSING", `${path} is sealed with a passphrase`);
    const seal = await Seal.of(fields, passphrase);
    const opened = seal.open(fields);
    if (opened === undefined) {
      throw new RecorderError("PASSPHRASE_WRONG", `${path} has another passphrase, or was changed`);
    }
    return { file: new KeyFile(path, seal), keys: decodeKeys(fieldsOf(opened)) };
  }

  get isSealed(): boolean {
    return this.#seal !== undefined;
  }

  /** Writes all keys in place of the earlier ones; they are durable when it returns. @throws KEYS_UNWRITABLE */
  write(keys: readonly StoredKey[]): void {
    const content = { keys: encodeKeys(keys) };
    const sealed = this.#seal ? this.#seal.seal(JSON.stringify(content)) : content;
    const text = JSON.stringify({ format: FORMAT, version: VERSION, ...sealed });
    try {
      if (text.length > MOST_BYTES) throw new Error("there are too many keys");
      replaceFile(this.#path, text);
    } catch (error) {
      const reason = (error as Error).message;
      throw new RecorderError("KEYS_UNWRITABLE", `cannot write ${this.#path}: ${reason}`, { cause: error });
    }
  }
}

function fieldsOf(text: string): Fields {
  return new Fields(parseJson(text, "KEY_INVALID", "file"), "KEY_INVALID", "file");
}

/** @returns undefined where there is no file */
function read(path: string): string | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    if (!stats.isFile() || stats.size > MOST_BYTES) throw damaged(path);
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof RecorderError) throw error;
    const reason = (error as Error).message;
    throw new RecorderError("DATA_FOLDER_UNUSABLE", `cannot read ${path}: ${reason}`, { cause: error });
  }
}

function damaged(path: string): RecorderError {
  return new RecorderError(
    "KEYS_DAMAGED",
    `${path} is damaged: restore a copy, or remove it, and what was sent so far can never be reported`,
  );
}
