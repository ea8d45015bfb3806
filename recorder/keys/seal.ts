import { createCipheriv, createDecipheriv, randomBytes, scrypt } from "node:crypto";
import { fromBase64, toBase64 } from "@tocsin/protocol/bytes/base64.ts";
import type { Fields } from "@tocsin/protocol/bytes/fields.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";

/** Scrypt's parameters: 32 MiB of memory. */
const COST = 2 ** 15;
const BLOCK_SIZE = 8;
const PARALLELIZATION = 1;
/** A file may ask for this much work at most, whoever wrote it. */
const MOST_COST = 2 ** 17;

const SALT_LENGTH = 16;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

/** What stands in a sealed file beside its format. */
export interface Sealed {
  kdf: { name: "scrypt"; cost: number; blockSize: number; parallelization: number };
  /** Hex. */
  salt: string;
  nonce: string;
  /** Base64; ends with the tag. */
  ciphertext: string;
}

/** Seals with AES-256-GCM under a key that scrypt made of a passphrase, once. */
export class Seal {
  readonly #key: Buffer;
  readonly #salt: Uint8Array;
  readonly #cost: number;

  private constructor(key: Buffer, salt: Uint8Array, cost: number) {
    this.#key = key;
    this.#salt = salt;
    this.#cost = cost;
  }

  static async new(passphrase: string): Promise<Seal> {
    const salt = randomBytes(SALT_LENGTH);
    return new Seal(await derive(passphrase, salt, COST), salt, COST);
  }

  /** The seal that a file was sealed with. @throws TocsinError where its parameters are none that this program writes */
  static async of(sealed: Fields, passphrase: string): Promise<Seal> {
    const kdf = sealed.object("kdf");
    if (kdf.string("name") !== "scrypt") throw new TocsinError("KEY_INVALID", "kdf.name must be scrypt");
    const cost = kdf.uint("cost", COST, MOST_COST);
    if (!Number.isInteger(Math.log2(cost))) {
      throw new TocsinError("KEY_INVALID", "kdf.cost must be a power of two");
    }
    kdf.uint("blockSize", BLOCK_SIZE, BLOCK_SIZE);
    kdf.uint("parallelization", PARALLELIZATION, PARALLELIZATION);
    const salt = sealed.hex("salt", SALT_LENGTH);
    return new Seal(await derive(passphrase, salt, cost), salt, cost);
  }

  seal(text: string): Sealed {
    const nonce = randomBytes(NONCE_LENGTH);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    const parts = [cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()];
    return {
      kdf: {
        name: "scrypt",
        cost: this.#cost,
        blockSize: BLOCK_SIZE,
        parallelization: PARALLELIZATION,
      },
      salt: toHex(this.#salt),
      nonce: toHex(nonce),
      ciphertext: toBase64(Buffer.concat(parts)),
    };
  }

  /**
   * @returns undefined where another passphrase sealed it, or where it was changed since
   * @throws TocsinError where it has not the form of something sealed
   */
  open(sealed: Fields): string | undefined {
    const nonce = sealed.hex("nonce", NONCE_LENGTH);
    const bytes = fromBase64(sealed.string("ciphertext"), "ciphertext");
    if (bytes.length < TAG_LENGTH) throw new TocsinError("KEY_INVALID", "ciphertext is too short");
    const decipher = createDecipheriv("aes-256-gcm", this.#key, nonce, { authTagLength: TAG_LENGTH });
    decipher.setAuthTag(bytes.subarray(-TAG_LENGTH));
    try {
      return decipher.update(bytes.subarray(0, -TAG_LENGTH), undefined, "utf8") + decipher.final("utf8");
    } catch {
      return undefined;
    }
  }
}

/** A passphrase counts as typed on any keyboard: composed and decomposed letters are the same. */
function derive(passphrase: string, salt: Uint8Array, cost: number): Promise<Buffer> {
  const options = { N: cost, r: BLOCK_SIZE, p: PARALLELIZATION, maxmem: 256 * cost * BLOCK_SIZE };
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize("NFKC"), salt, 32, options, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
