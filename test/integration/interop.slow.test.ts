import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cidDigestFrom, cidOf } from "@tocsin/protocol/batch/cid.ts";
import { cidDigestOf } from "@tocsin/protocol/batch/digest.ts";
import { decodeBatchFile } from "@tocsin/protocol/batch/file.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { FilesystemBlocks } from "../../relayer/adapters/filesystemBlocks.ts";
import { KuboBlocks } from "../../relayer/adapters/kuboBlocks.ts";
import { gatewayServer } from "../../relayer/http/support/gatewayServer.ts";
import { randomBatch } from "../support/randomBatch.ts";
import { randomReport, RelayerBench, submit, untilState } from "../support/relayerBench.ts";

const INTEROP = join(import.meta.dirname, "../interop");
const folder = mkdtempSync(join(tmpdir(), "tocsin-interop-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("Helia, over HTTP alone", () => {
  let server: ReturnType<typeof gatewayServer>;
  let gateway: string;
  let blocks: FilesystemBlocks;
  const logged: string[] = [];

  beforeAll(async () => {
    blocks = await FilesystemBlocks.open(join(folder, "blocks"));
    server = gatewayServer(blocks, (line) => void logged.push(line));
    gateway = await server.listen({ host: "127.0.0.1", port: 0 });
  });
  afterAll(() => server.close());

  const fetchByHelia = async (cidDigest: Uint8Array, from = gateway): Promise<Uint8Array> => {
    const args = [join(INTEROP, "heliaFetch.mjs"), from, cidOf(cidDigest)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 4 * 1024 * 1024 });
    return new Uint8Array(Buffer.from(stdout, "base64"));
  };

  test.each([1, 500, 5_000])("fetches a batch of %i entries by its CID from our gateway", async (count) => {
    const { file, cidDigest, entries } = randomBatch(count);
    await blocks.put(cidDigest, file);
    expect(decodeBatchFile(await fetchByHelia(cidDigest)).entries).toEqual(entries);
  });

  test("fetches a batch from a relayer that runs", async () => {
    const bench = await RelayerBench.start();
    try {
      const relayer = await bench.relayer(await bench.openLog());
      const { json } = await submit(relayer.url, randomReport());
      const { batch } = await untilState(relayer.url, json.leaf, "anchored", "finalized");
      const cidDigest = cidDigestFrom((batch as { cid: string }).cid);
      const { leaves } = decodeBatchFile(await fetchByHelia(cidDigest, relayer.url));
      expect(leaves.map(toHex)).toEqual([json.leaf]);
    } finally {
      await bench.stop();
    }
  });

  test("learns that a batch is not there", async () => {
    await expect(fetchByHelia(cidDigestOf(new Uint8Array([1])))).rejects.toThrow("Failed to load block");
    expect(logged).toEqual([]);
  });
});

describe("js-ipfs in Kubo's place", () => {
  let node: ChildProcess;
  let url: string;
  let kubo: KuboBlocks;

  beforeAll(async () => {
    const args = [join(INTEROP, "jsIpfs.mjs"), join(folder, "js-ipfs")];
    node = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
    const [line] = (await once(createInterface(node.stdout!), "line")) as [string];
    url = line;
    kubo = new KuboBlocks(url);
  });
  afterAll(async () => {
    node.stdin?.end();
    if (node.exitCode === null) await once(node, "exit");
  });

  /** What js-ipfs itself says, not by the adapter. */
  const ask = async (path: string): Promise<string> =>
    (await fetch(`${url}/api/v0/${path}`, { method: "POST" })).text();

  test("puts, pins, gets and deletes batches", async () => {
    for (const { cidDigest, file } of [randomBatch(1), randomBatch(5_000)]) {
      const cid = cidOf(cidDigest);
      expect(await ask("refs/local")).not.toContain(cid);
      await kubo.put(cidDigest, file);
      await kubo.put(cidDigest, file);
      expect(await ask("refs/local")).toContain(cid);
      expect(await ask(`pin/ls?arg=${cid}`)).toContain("recursive");
      expect(new Uint8Array((await kubo.get(cidDigest))!)).toEqual(file);
      await kubo.delete(cidDigest);
      await kubo.delete(cidDigest);
      expect(await ask("refs/local")).not.toContain(cid);
      expect(await ask(`pin/ls?arg=${cid}`)).toContain("is not pinned");
    }
  });

  test("deletes a block that it never had", async () => {
    await expect(kubo.delete(cidDigestOf(new Uint8Array([2])))).resolves.toBeUndefined();
  });
});
