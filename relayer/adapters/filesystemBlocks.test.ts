import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { cidDigestOf } from "@tocsin/protocol/batch/digest.ts";
import { randomBatch } from "../../test/support/randomBatch.ts";
import { FilesystemBlocks } from "./filesystemBlocks.ts";

const { cidDigest, file } = randomBatch();
let folder: string;
let blocks: FilesystemBlocks;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tocsin-blocks-"));
  blocks = await FilesystemBlocks.open(join(folder, "data", "blocks"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const inside = (): string => join(folder, "data", "blocks");

/**
 * Runs a program in the blocks' folder, after a shell command that bounds it.
 * @returns what it printed
 */
async function runIn(
  limit: string,
  program: string,
  afterFirst?: (child: { kill(): void }) => void,
): Promise<string> {
  const shell = `${limit} exec "$0" "$@"`;
  const args = ["-c", shell, process.execPath, "--input-type=module", "--eval", program];
  const child = spawn("sh", args, { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    if (output.includes("put")) afterFirst?.({ kill: () => child.kill("SIGKILL") });
  });
  await once(child, "close");
  return output;
}

/** Puts blocks of 1 MiB of one byte value each, one after another. */
const putAll = (values: string): string => `
  import { cidDigestOf } from "@tocsin/protocol/batch/digest.ts";
  import { FilesystemBlocks } from "./filesystemBlocks.ts";
  const blocks = await FilesystemBlocks.open(${JSON.stringify(inside())});
  for (const value of ${values}) {
    const block = new Uint8Array(1_048_576).fill(value);
    try {
      await blocks.put(cidDigestOf(block), block);
      console.log("put");
    } catch (error) {
      console.log(error.name, error.code, error.message);
    }
  }`;

describe("blocks in a folder", () => {
  it("are kept by their CID, found, replaced by the same and deleted", async () => {
    expect(await blocks.get(cidDigest)).toBeUndefined();
    await blocks.put(cidDigest, file);
    await blocks.put(cidDigest, file);
    expect(readdirSync(inside())).toEqual([cidOf(cidDigest)]);
    expect(new Uint8Array((await blocks.get(cidDigest))!)).toEqual(file);
    await blocks.delete(cidDigest);
    await blocks.delete(cidDigest);
    expect(await blocks.get(cidDigest)).toBeUndefined();
    expect(readdirSync(inside())).toEqual([]);
  });

  it("are whole again once they are put over a damaged file", async () => {
    writeFileSync(join(inside(), cidOf(cidDigest)), "damaged");
    await blocks.put(cidDigest, file);
    expect(readFileSync(join(inside(), cidOf(cidDigest)))).toEqual(Buffer.from(file));
  });

  it("are listed apart from what is no block", async () => {
    await blocks.put(cidDigest, file);
    mkdirSync(join(inside(), "lost+found"));
    const upper = cidOf(cidDigest).toUpperCase();
    for (const name of [".00ff.tmp", "note.txt", upper]) writeFileSync(join(inside(), name), "");
    const { blocks: found, strays } = await blocks.list();
    expect(found.map(cidOf)).toEqual([cidOf(cidDigest)]);
    expect(strays.sort()).toEqual([".00ff.tmp", upper, "note.txt"]);
    for (const stray of strays) await blocks.removeStray(stray);
    expect(readdirSync(inside()).sort()).toEqual([cidOf(cidDigest), "lost+found"]);
  });

  it("are no strays to be removed, nor is anything outside of the folder", async () => {
    await blocks.put(cidDigest, file);
    writeFileSync(join(folder, "data", "other"), "");
    for (const name of [cidOf(cidDigest), "../other", "..", join(folder, "data", "other")]) {
      await expect(blocks.removeStray(name), name).rejects.toMatchObject({ code: "STORE_FAILED" });
    }
    expect(readdirSync(join(folder, "data")).sort()).toEqual(["blocks", "other"]);
  });

  it("fail with a reason where the folder is not usable", async () => {
    rmSync(inside(), { recursive: true });
    await expect(blocks.put(cidDigest, file)).rejects.toMatchObject({
      name: "BlockStoreError",
      code: "STORE_FAILED",
      message: expect.stringContaining("ENOENT"),
    });
    writeFileSync(inside(), "");
    await expect(blocks.get(cidDigest)).rejects.toMatchObject({ code: "STORE_FAILED" });
    await expect(blocks.list()).rejects.toMatchObject({ code: "STORE_FAILED" });
    await expect(FilesystemBlocks.open(inside())).rejects.toMatchObject({ code: "STORE_FAILED" });
  });
});

describe.runIf(process.platform !== "win32")("a put that does not come to its end", () => {
  it("leaves nothing half written where there is no room, and says so", async () => {
    // A limit on the size of files ends a write as a full disk does, without one.
    const output = await runIn("ulimit -f 128;", putAll("[1]"));
    expect(output).toBe("BlockStoreError STORAGE_FULL the disk is full (EFBIG)\n");
    expect(readdirSync(inside())).toEqual([]);
  });

  it("leaves a whole block or none when it is killed, and at most one stray", async () => {
    for (let round = 0; round < 3; round++) {
      await runIn("", putAll("Array.from({ length: 256 }, (_, i) => i)"), (child) => {
        setTimeout(() => child.kill(), round * 3);
      });
    }
    const { blocks: found, strays } = await blocks.list();
    expect(found.length).toBeGreaterThan(0);
    for (const each of found) expect(cidDigestOf((await blocks.get(each))!)).toEqual(each);
    expect(strays.length).toBeLessThanOrEqual(3);
    writeFileSync(join(inside(), "note.txt"), "");
    await blocks.removeHalfWritten();
    expect((await blocks.list()).strays).toEqual(["note.txt"]);
  });
});
