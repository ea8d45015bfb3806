import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RecorderError } from "../errors.ts";
import { KeyFile } from "./keyFile.ts";
import type { StoredKey } from "./slots.ts";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tocsin-keys-"));
  path = join(folder, "keys.json");
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function key(n: number, more: Partial<StoredKey> = {}): StoredKey {
  const times = { startedAt: 1_700_000_000 + n, rotation: 900, firstIndex: 1, lastIndex: 24 };
  return { rak: new Uint8Array(32).fill(n), ...times, ...more };
}

const KEYS = [
  key(1, { retiredAt: 1_700_001_000, handedOutAt: 1_700_002_000 }),
  key(2, { retiredAt: 5 }),
  key(3),
];

async function write(keys: readonly StoredKey[], passphrase?: string): Promise<void> {
  const { file } = await KeyFile.open(path, passphrase);
  file.write(keys);
}

async function codeOf(passphrase?: string): Promise<string> {
  try {
    await KeyFile.open(path, passphrase);
    return "none";
  } catch (error) {
    if (!(error instanceof RecorderError)) throw error;
    expect(error.cause, "a cause could quote a key").toBeUndefined();
    return error.code;
  }
}

describe("a keys file", () => {
  it("gives back what was written, and nothing where there is no file", async () => {
    expect((await KeyFile.open(path)).keys).toEqual([]);
    await write(KEYS);
    expect((await KeyFile.open(path)).keys).toEqual(KEYS);
  });

  it("is its owner's alone and leaves no other file behind, even after a crash in the middle of writing", async () => {
    writeFileSync(`${path}.new`, "half a file", { mode: 0o644 });
    await write(KEYS);
    expect(readdirSync(folder)).toEqual(["keys.json"]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("says so when it cannot be written, and keeps what it had", async () => {
    const { file } = await KeyFile.open(path);
    file.write(KEYS);
    mkdirSync(`${path}.new`);
    expect(() => file.write([])).toThrow(expect.objectContaining({ code: "KEYS_UNWRITABLE" }));
    expect((await KeyFile.open(path)).keys).toEqual(KEYS);
    const many = Array.from({ length: 120_000 }, (_, i) => key(i, { retiredAt: i }));
    rmSync(`${path}.new`, { recursive: true });
    expect(() => file.write(many)).toThrow(expect.objectContaining({ code: "KEYS_UNWRITABLE" }));
  });
});

describe("a sealed keys file", () => {
  it("gives back what was written to whoever has the passphrase, and shows no key", async () => {
    await write(KEYS, "Zürich");
    const text = readFileSync(path, "utf8");
    expect(text).not.toContain("rak");
    expect(text).not.toContain("03".repeat(32));
    const { file, keys } = await KeyFile.open(path, "Zu\u0308rich");
    expect(file.isSealed).toBe(true);
    expect(keys).toEqual(KEYS);
    file.write([]);
    expect((await KeyFile.open(path, "Zürich")).keys).toEqual([]);
  });

  it("is sealed with another nonce each time", async () => {
    const nonces = new Set<string>();
    const { file } = await KeyFile.open(path, "secret");
    for (let i = 0; i < 20; i++) {
      file.write(KEYS);
      nonces.add((JSON.parse(readFileSync(path, "utf8")) as { nonce: string }).nonce);
    }
    expect(nonces.size).toBe(20);
  });

  it("seals at once what was not sealed before", async () => {
    await write(KEYS);
    expect((await KeyFile.open(path, "secret")).keys).toEqual(KEYS);
    expect(readFileSync(path, "utf8")).not.toContain("rak");
    expect((await KeyFile.open(path, "secret")).keys).toEqual(KEYS);
  });

  it("tells a missing passphrase from a wrong one", async () => {
    await write(KEYS, "secret");
    expect(await codeOf()).toBe("PASSPHRASE_MISSING");
    expect(await codeOf("")).toBe("PASSPHRASE_MISSING");
    expect(await codeOf("Secret")).toBe("PASSPHRASE_WRONG");
  });

  it("does no more work than the file of this program asks for, whatever its parameters say", async () => {
    await write(KEYS, "secret");
    const text = readFileSync(path, "utf8");
    const { kdf } = JSON.parse(text) as { kdf: object };
    for (const change of [
      { cost: 2 ** 18 },
      { cost: 2 ** 30 },
      { cost: 2 ** 14 },
      { cost: 2 ** 15 + 1 },
      { cost: 0 },
      { cost: "32768" },
      { blockSize: 1_024 },
      { parallelization: 1_000_000 },
      { name: "pbkdf2" },
    ]) {
      writeFileSync(path, JSON.stringify({ ...(JSON.parse(text) as object), kdf: { ...kdf, ...change } }));
      expect(await codeOf("secret"), JSON.stringify(change)).toBe("KEYS_DAMAGED");
    }
  });

  it("is damaged or has another passphrase where any of it was changed", async () => {
    await write(KEYS, "secret");
    const sealed = JSON.parse(readFileSync(path, "utf8")) as Record<string, string>;
    const flipped = (text: string): string => (text.startsWith("0") ? "1" : "0") + text.slice(1);
    for (const name of ["salt", "nonce", "ciphertext"]) {
      writeFileSync(path, JSON.stringify({ ...sealed, [name]: flipped(sealed[name]!) }));
      expect(await codeOf("secret"), name).toBe("PASSPHRASE_WRONG");
      for (const value of ["zz", sealed[name]!.slice(0, 6), 7]) {
        writeFileSync(path, JSON.stringify({ ...sealed, [name]: value }));
        expect(["KEYS_DAMAGED", "PASSPHRASE_WRONG"], name).toContain(await codeOf("secret"));
      }
    }
  });
});

describe("a file that is none of the keyring's", () => {
  const plain = (change: object, keyChange: object = {}): string =>
    JSON.stringify({
      format: "tocsin-recorder-keys",
      version: 1,
      keys: [{ ...key(1), rak: "01".repeat(32), ...keyChange }],
      ...change,
    });
  const retired = { retiredAt: 1 };

  it("is damaged, whatever it holds", async () => {
    const other = { ...key(2), rak: "02".repeat(32) };
    for (const text of [
      "",
      "{",
      "null",
      "[]",
      "{}",
      "\u0000".repeat(100),
      plain({ format: "other" }),
      plain({ version: 2 }),
      plain({ version: "1" }),
      plain({ keys: undefined }),
      plain({ keys: {} }),
      plain({ keys: [null] }),
      plain({}, { rak: "01" }),
      plain({}, { rak: undefined }),
      plain({}, { startedAt: -1 }),
      plain({}, { startedAt: 1.5 }),
      plain({}, { startedAt: 2 ** 60 }),
      plain({}, { rotation: 60 }),
      plain({}, { firstIndex: 0 }),
      plain({}, { firstIndex: 2 }),
      plain({}, { lastIndex: 0 }),
      plain({}, { lastIndex: 25 }),
      plain({}, { lastIndex: 65_535 }),
      plain({}, { retiredAt: "now" }),
      plain({}, { handedOutAt: 5 }),
      plain({ keys: [other, { ...other, ...retired }] }),
      plain({ keys: [{ ...other, ...retired }, other] }),
      plain({ keys: [other, { ...key(1), rak: "01".repeat(32) }] }),
    ]) {
      writeFileSync(path, text);
      expect(await codeOf(), text).toBe("KEYS_DAMAGED");
    }
    writeFileSync(path, plain({}));
    expect(await codeOf()).toBe("none");
  });

  it("is damaged where it is cut off anywhere", async () => {
    const text = plain({});
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), async (length) => {
        writeFileSync(path, text.slice(0, length));
        expect(await codeOf()).toBe("KEYS_DAMAGED");
      }),
    );
  });

  it("is damaged where it is too large, and where it is no file", async () => {
    writeFileSync(path, plain({ more: "x".repeat(2 ** 24) }));
    expect(await codeOf()).toBe("KEYS_DAMAGED");
    rmSync(path);
    mkdirSync(path);
    expect(await codeOf()).toBe("KEYS_DAMAGED");
  });
});
