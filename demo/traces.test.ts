import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findAddresses, findTraces, readAll, tracesOf } from "./traces.ts";

/** Gives a file one name and another in turn, as a relayer that writes blocks does. */
const RENAMING = `
  const { renameSync } = require("node:fs");
  const names = [process.argv[1] + ".tmp", process.argv[1]];
  for (let i = 0; ; i++) {
    renameSync(names[i % 2], names[(i + 1) % 2]);
    if (i === 0) console.log("begun");
  }
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tocsin-traces-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

it("finds a number in every form, and addresses that are not the relayer's own, with the file's name", () => {
  const number = "c0ffee00112233445566778899aabbcc";
  mkdirSync(join(folder, "blocks"));
  writeFileSync(join(folder, "blocks", "raw"), Buffer.from(`00${number}00`, "hex"));
  writeFileSync(join(folder, "text"), `said ${number.toUpperCase()} to http://127.0.0.1:80 and 192.0.2.7`);
  writeFileSync(join(folder, "base64"), Buffer.from(number, "hex").toString("base64"));
  const files = readAll(folder);
  expect(findTraces(files, tracesOf("it", number)).sort()).toEqual(
    ["base64", "blocks/raw", "text"].map((name) => `it in ${join(folder, name)}`),
  );
  expect(findTraces(files, tracesOf("another", number.replace("c", "d")))).toEqual([]);
  expect(findAddresses(files, ["http://127.0.0.1:80"])).toEqual([`192.0.2.7 in ${join(folder, "text")}`]);
});

it("reads what is renamed meanwhile, and says when there is nothing", async () => {
  const path = join(folder, "block");
  writeFileSync(`${path}.tmp`, "content");
  const renaming = spawn(process.execPath, ["-e", RENAMING, path], { stdio: ["ignore", "pipe", "inherit"] });
  await once(renaming.stdout, "data");
  for (let i = 0; i < 500; i++)
    for (const file of readAll(folder)) expect(String(file.content)).toBe("content");
  renaming.kill("SIGKILL");
  await once(renaming, "close");
  expect(readAll(folder)).toHaveLength(1);
  expect(() => readAll(join(folder, "none"))).toThrow("ENOENT");
});
