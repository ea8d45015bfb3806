import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { cidDigestFrom, cidOf } from "@tocsin/protocol/batch/cid.ts";
import { cidDigestOf } from "@tocsin/protocol/batch/digest.ts";
import type { TestLog } from "../support/deploy.ts";
import { startGateway } from "../support/gateway.ts";
import { Ledger } from "../support/ledger.ts";
import {
  get,
  randomReport,
  type RelayerBench,
  reportsByState,
  submit,
  until,
  untilState,
} from "../support/relayerBench.ts";
import { useRelayerBench } from "../support/relayerHooks.ts";
import { startRpcProxy } from "../support/rpcProxy.ts";
import { tocsin } from "../support/tocsin.ts";

interface Fsck {
  code: number | null;
  clean: boolean;
  repaired: { code: string }[];
  findings: { code: string; detail: string; repair?: string }[];
}

/** Each starts several relayers, one after the other. */
const TIMEOUT_MS = 120_000;

let bench: RelayerBench;
let log: TestLog;
let dataDir: string;
let ledger: Ledger;

useRelayerBench((...opened) => {
  [bench, log] = opened;
});
beforeEach(() => {
  dataDir = bench.newFolder();
  ledger = new Ledger();
});

/** Runs a relayer until this many more reports are anchored, and ends it. */
async function publish(reports: number): Promise<void> {
  const relayer = await bench.relayer(log, { dataDir });
  for (let i = 0; i < reports; i++) expect(await ledger.submit(relayer.url)).toBe(true);
  await ledger.settle(bench.anvil.rpc, log, relayer.url);
  await relayer.stop();
}

const fsck = (...flags: string[]): Promise<Fsck> => fsckOver(bench.anvil.url, ...flags);

async function fsckOver(rpc: string, ...flags: string[]): Promise<Fsck> {
  const source = ["--rpc", rpc, "--registry", log.registry, "--log", String(log.logId)];
  const env = { TOCSIN_PRIVATE_KEY: log.operator.privateKey };
  const run = await tocsin(["fsck", ...source, "--data-dir", dataDir, "--json", ...flags], { env });
  if (!run.stdout.includes('"clean"')) throw new Error(run.stderr);
  return { code: run.code, ...(JSON.parse(run.stdout) as Omit<Fsck, "code">) };
}

const codes = (findings: readonly { code: string }[]): string[] => findings.map(({ code }) => code).sort();
const blocksOf = (folder: string): string[] =>
  readdirSync(join(folder, "blocks")).map((name) => join(folder, "blocks", name));

describe("blocks", { timeout: TIMEOUT_MS }, () => {
  it("finds what is missing, damaged or nobody's, and writes it again", async () => {
    await publish(1);
    await publish(1);
    expect(await fsck()).toMatchObject({ code: 0, clean: true, findings: [] });

    const [first, second] = blocksOf(dataDir) as [string, string];
    const whole = [readFileSync(first), readFileSync(second)];
    rmSync(first);
    writeFileSync(
      second,
      Uint8Array.from(whole[1]!, (byte, i) => (i === 20 ? byte ^ 1 : byte)),
    );
    const foreign = new TextEncoder().encode("nobody's");
    writeFileSync(join(dataDir, "blocks", cidOf(cidDigestOf(foreign))), foreign);
    writeFileSync(join(dataDir, "blocks", ".half.tmp"), "half");

    const found = await fsck();
    expect(found.code).toBe(1);
    const expected = ["BLOCK_UNKNOWN", "BYTES_DAMAGED", "BYTES_MISSING", "STRAY_FILE"];
    expect(codes(found.findings)).toEqual(expected);
    expect(found.findings.every(({ repair }) => repair !== undefined)).toBe(true);
    // To look changes nothing.
    expect(codes((await fsck()).findings)).toEqual(expected);

    const repaired = await fsck("--repair");
    expect(repaired).toMatchObject({ code: 0, clean: true });
    expect(codes(repaired.repaired)).toEqual(expected);
    expect(blocksOf(dataDir).sort()).toEqual([first, second].sort());
    expect([readFileSync(first), readFileSync(second)]).toEqual(whole);
  });

  it("does not touch a relayer that runs", async () => {
    await bench.relayer(log, { dataDir });
    await expect(fsck("--repair")).rejects.toThrow("DATA_FOLDER_IN_USE");
  });
});

describe("an RPC whose events do not lead to the head", { timeout: TIMEOUT_MS }, () => {
  it("is asked again, and is accused only where it goes on", async () => {
    await publish(1);
    let hidings = 2;
    const proxy = await startRpcProxy(bench.anvil.url, async ({ method, forward }) => {
      const answer = await forward();
      return method === "eth_getLogs" && hidings-- > 0 ? (answer as unknown[]).slice(0, -1) : answer;
    });
    expect(await fsckOver(proxy.url)).toMatchObject({ code: 0, clean: true, findings: [] });
    expect(hidings).toBeLessThan(0);
    hidings = Number.POSITIVE_INFINITY;
    await expect(fsckOver(proxy.url)).rejects.toThrow("LOG_HEAD_MISMATCH");
    await proxy.stop();
  });
});

describe("backup and restore", { timeout: TIMEOUT_MS }, () => {
  it("goes on from an older copy: what was anchored since is taken over from the chain", async () => {
    await publish(2);
    const backup = bench.newFolder();
    cpSync(dataDir, backup, { recursive: true });
    await publish(2);

    for (const name of readdirSync(dataDir).filter((file) => file.startsWith("relayer.sqlite"))) {
      rmSync(join(dataDir, name));
    }
    cpSync(join(backup, "relayer.sqlite"), join(dataDir, "relayer.sqlite"));
    // Before anybody looked, the restored relayer took a report and sealed a batch that the log has no place for.
    const forked = await bench.relayer(log, { dataDir });
    expect(await ledger.submit(forked.url)).toBe(true);
    await until(
      () => get(`${forked.url}/readyz`),
      ({ json }) => json.code === "HEAD_UNKNOWN",
    );
    await until(
      () => reportsByState(forked.url),
      ({ received }) => received === 0,
    );
    await forked.stop();

    expect(codes((await fsck()).findings)).toEqual(["BATCH_MISMATCH"]);
    const repaired = await fsck("--repair");
    expect(repaired).toMatchObject({ code: 0, clean: true, findings: [] });
    expect(codes(repaired.repaired)).toEqual(expect.arrayContaining(["BATCH_MISMATCH", "BATCH_UNKNOWN"]));

    const restored = await bench.relayer(log, { dataDir });
    expect(await ledger.settle(bench.anvil.rpc, log, restored.url)).toMatchObject({ anchored: 5 });
  });

  it("begins anew from the chain and a gateway when everything is lost", async () => {
    await publish(3);
    const gateway = await startGateway();
    try {
      for (const path of blocksOf(dataDir)) {
        gateway.serve(cidDigestFrom(path.split("/").at(-1)!), readFileSync(path));
      }
      dataDir = bench.newFolder();
      const without = await fsck("--repair");
      expect(codes(without.findings)).toContain("BATCH_UNKNOWN");
      expect(without.findings[0]?.repair).toBeUndefined();
      expect(await fsck("--repair", "--gateway", gateway.url)).toMatchObject({ code: 0, clean: true });
    } finally {
      await gateway.stop();
    }
    await publish(1);
    expect(await fsck()).toMatchObject({ code: 0, clean: true });
    const relayer = await bench.relayer(log, { dataDir });
    for (const leaf of ledger.receipts.keys()) await untilState(relayer.url, leaf, "anchored", "finalized");
  });
});

describe("a torn database", { timeout: TIMEOUT_MS }, () => {
  it("is not served from, and is told apart from one that is whole", async () => {
    await publish(2);
    const file = join(dataDir, "relayer.sqlite");
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length - 4096 - 100));
    await expect(bench.relayer(log, { dataDir })).rejects.toThrow(/damaged/);
    writeFileSync(file, bytes);
    expect(await fsck()).toMatchObject({ code: 0, clean: true });
    const relayer = await bench.relayer(log, { dataDir });
    expect((await submit(relayer.url, randomReport())).status).toBe(202);
  });
});
