import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Pairings } from "./pairings.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tocsin-pairings-"));
  file = join(folder, "pairings.json");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const entry = { origin: "https://tocsin.example", pairedAt: 1, tokenHash: "00".repeat(32) };
const content = (pairings: unknown, more: object = {}): string =>
  JSON.stringify({ format: "tocsin-recorder-pairings", version: 1, pairings, ...more });

it("a file that is no list of pairings is named as damaged, and left as it is", () => {
  const damaged = [
    "",
    "{",
    "[]",
    content([entry], { version: 2 }),
    content([entry], { format: "other" }),
    content({}),
    content([{ ...entry, origin: "https://tocsin.example/path" }]),
    content([{ ...entry, origin: "\u001b[2J" }]),
    content([{ ...entry, pairedAt: -1 }]),
    content([{ ...entry, tokenHash: "00" }]),
    content([null]),
  ];
  for (const text of damaged) {
    writeFileSync(file, text);
    expect(() => Pairings.open(file), text).toThrow(
      expect.objectContaining({ code: "PAIRINGS_DAMAGED" }) as Error,
    );
  }
  writeFileSync(file, content([entry]));
  expect(Pairings.open(file).list()).toEqual([{ origin: entry.origin, pairedAt: 1 }]);
});

it("a pairing that could not be written down does not hold", () => {
  const pairings = Pairings.open(join(folder, "gone", "pairings.json"));
  expect(() => pairings.add("https://tocsin.example", 1)).toThrow(
    expect.objectContaining({ code: "DATA_FOLDER_UNUSABLE" }) as Error,
  );
  expect(pairings.list()).toEqual([]);
});
