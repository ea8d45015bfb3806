import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { fromHex } from "@tocsin/protocol/bytes/hex.ts";
import { toBase64 } from "@tocsin/protocol/bytes/base64.ts";
import { readLog } from "@tocsin/protocol/check/readLog.ts";
import { verifyBatchFile } from "@tocsin/protocol/check/verifyBatch.ts";
import { verifyProofOnChain } from "@tocsin/protocol/check/verifyOnChain.ts";
import { readProof } from "@tocsin/protocol/log/proofFile.ts";
import { readReceipt, verifyReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import { createSignedReport } from "@tocsin/protocol/report/create.ts";
import { startAnvil, type Anvil } from "../support/anvil.ts";
import { addressBytes, openTestLog, type TestLog } from "../support/deploy.ts";
import { startRelayerProcess, type RelayerProcess } from "../support/relayer.ts";
import { startRpcProxy } from "../support/rpcProxy.ts";

type Json = Record<string, unknown>;

let anvil: Anvil;
let log: TestLog;
let folder: string;
const running: RelayerProcess[] = [];

beforeAll(async () => {
  anvil = await startAnvil();
  folder = mkdtempSync(join(tmpdir(), "tocsin-relayer-"));
});
afterEach(async () => {
  for (const relayer of running.splice(0)) await relayer.stop("SIGKILL");
});
afterAll(async () => {
  await anvil.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A relayer on a log and a data folder of its own. */
async function freshRelayer(flags: string[] = [], rpc = anvil.url): Promise<RelayerProcess> {
  log = await openTestLog(anvil);
  return relayerOn(mkdtempSync(join(folder, "data-")), flags, rpc);
}

async function relayerOn(dataDir: string, flags: string[] = [], rpc = anvil.url): Promise<RelayerProcess> {
  const source = ["--rpc", rpc, "--registry", log.registry, "--log-id", String(log.logId)];
  const quick = ["--seal-after", "1", "--poll-interval", "1", "--port", "0", "--data-dir", dataDir];
  const env = { TOCSIN_PRIVATE_KEY: log.operator.privateKey };
  const relayer = await startRelayerProcess([...source, ...quick, ...flags], env);
  running.push(relayer);
  return relayer;
}

function randomReport(j2 = 24): Uint8Array {
  const rak = crypto.getRandomValues(new Uint8Array(32));
  return createSignedReport(rak, { j1: 1, j2, memoType: 0, memo: new Uint8Array(20) }).bytes;
}

async function submit(url: string, body: Uint8Array | string, type = "application/octet-stream") {
  const headers = type === "" ? undefined : { "content-type": type };
  const init = { method: "POST", body: body as string, ...(headers ? { headers } : {}) };
  const response = await fetch(`${url}/v1/reports`, init);
  const contentType = response.headers.get("content-type") ?? "";
  return { status: response.status, contentType, json: (await response.json()) as Json };
}

async function get(url: string): Promise<{ status: number; json: Json }> {
  const response = await fetch(url);
  return { status: response.status, json: (await response.json()) as Json };
}

/** Asks until the answer is as wanted; the test's own time limit ends it otherwise. */
async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function untilState(url: string, leaf: unknown, ...states: string[]): Promise<Json> {
  return until(
    async () => (await get(`${url}/v1/reports/${String(leaf)}`)).json,
    ({ state }) => states.includes(String(state)),
  );
}

describe("a report's way", () => {
  it("goes from received to finalized, with a receipt and a proof that hold", async () => {
    const relayer = await freshRelayer();
    const accepted = await submit(relayer.url, randomReport());
    expect(accepted).toMatchObject({ status: 202, json: { state: "received" } });
    const receipt = readReceipt(accepted.json.receipt);
    verifyReceipt(receipt, addressBytes(log.operator.address));

    const anchored = await untilState(relayer.url, accepted.json.leaf, "anchored");
    const proof = readProof(anchored.proof);
    expect(await verifyProofOnChain(anvil.rpc, proof)).toMatchObject({ finalized: false });
    expect(proof.leaf).toEqual(receipt.leaf);

    const { cid } = anchored.batch as { cid: string };
    const block = await fetch(`${relayer.url}/ipfs/${cid}?format=raw`);
    expect(block.headers.get("content-type")).toBe("application/vnd.ipld.raw");
    expect(block.headers.get("cache-control")).toContain("immutable");
    expect(verifyBatchFile(new Uint8Array(await block.arrayBuffer()), proof.batch).entries).toEqual([
      proof.entry,
    ]);

    await anvil.rpc("anvil_mine", ["0x20"]);
    await untilState(relayer.url, accepted.json.leaf, "finalized");
    const read = await readLog(anvil.rpc, { registry: addressBytes(log.registry), logId: log.logId });
    expect(read.state).toMatchObject({ size: 1, total: 1 });
  });

  it("gives the same report the same receipt and one entry, however it is sent", async () => {
    const relayer = await freshRelayer();
    const report = randomReport();
    const first = await submit(relayer.url, report);
    const second = await submit(
      relayer.url,
      JSON.stringify({ report: toBase64(report) }),
      "application/json",
    );
    expect(second.json.receipt).toEqual(first.json.receipt);
    await untilState(relayer.url, first.json.leaf, "anchored");
    const third = await submit(relayer.url, report);
    expect(third).toMatchObject({ status: 202, json: { state: "anchored", receipt: first.json.receipt } });
    expect((await get(`${relayer.url}/v1/log`)).json).toMatchObject({ size: 1, total: 1 });
  });

  it("seals many reports at once into one batch sorted by leaf", async () => {
    const relayer = await freshRelayer([
      "--seal-after",
      "3600",
      "--seal-at",
      "20",
      "--reports-per-minute",
      "100",
    ]);
    const accepted = await Promise.all(Array.from({ length: 20 }, () => submit(relayer.url, randomReport())));
    for (const { json } of accepted) await untilState(relayer.url, json.leaf, "anchored");
    const { batches } = (await get(`${relayer.url}/v1/batches`)).json as { batches: Json[] };
    expect(batches).toMatchObject([{ seq: 0, count: 20, firstIndex: 0 }]);
  });
});

describe("a restart", () => {
  it("loses nothing that was acknowledged and doubles nothing", async () => {
    const relayer = await freshRelayer(["--seal-after", "2"]);
    const dataDir = mkdtempSync(join(folder, "data-"));
    await relayer.stop();
    const first = await relayerOn(dataDir, ["--seal-after", "3600"]);
    const before = await submit(first.url, randomReport());
    await first.stop("SIGKILL");

    const second = await relayerOn(dataDir);
    await untilState(second.url, before.json.leaf, "anchored");
    const after = await submit(second.url, randomReport());
    await untilState(second.url, after.json.leaf, "sealed", "stored", "posted", "anchored");
    await second.stop("SIGKILL");

    const third = await relayerOn(dataDir);
    await untilState(third.url, after.json.leaf, "anchored");
    expect((await get(`${third.url}/v1/log`)).json).toMatchObject({ size: 2, total: 2 });
    const read = await readLog(anvil.rpc, { registry: addressBytes(log.registry), logId: log.logId });
    expect(read.state).toMatchObject({ size: 2, total: 2 });
  });

  it("refuses a second relayer on the same folder, and a folder that belongs to another log", async () => {
    log = await openTestLog(anvil);
    const dataDir = mkdtempSync(join(folder, "data-"));
    const first = await relayerOn(dataDir);
    await expect(relayerOn(dataDir)).rejects.toThrow(/in use by another/);
    await first.stop();
    log = await openTestLog(anvil);
    await expect(relayerOn(dataDir)).rejects.toThrow(/belongs to chain/);
  });

  it("stops posting at a head that it never made, and overwrites nothing", async () => {
    const relayer = await freshRelayer();
    await log.append([fromHex("7f00", "entry")]);
    const accepted = await submit(relayer.url, randomReport());
    const ready = await until(
      () => get(`${relayer.url}/readyz`),
      ({ status }) => status === 503,
    );
    expect(ready.json).toMatchObject({ ready: false, code: "HEAD_UNKNOWN" });
    expect((await get(`${relayer.url}/v1/reports/${String(accepted.json.leaf)}`)).status).toBe(200);
    const read = await readLog(anvil.rpc, { registry: addressBytes(log.registry), logId: log.logId });
    expect(read.state.size).toBe(1);
  });
});

describe("trouble with the chain", () => {
  it("keeps reports while the operator has no ether, says so, and goes on when it has", async () => {
    const relayer = await freshRelayer();
    const balance = await anvil.rpc("eth_getBalance", [log.operator.address, "latest"]);
    await anvil.rpc("anvil_setBalance", [log.operator.address, "0x0"]);
    const accepted = await submit(relayer.url, randomReport());
    expect(accepted.status).toBe(202);
    const ready = await until(
      () => get(`${relayer.url}/readyz`),
      ({ status }) => status === 503,
    );
    expect(ready.json).toMatchObject({ code: "OPERATOR_WITHOUT_FUNDS" });
    expect(ready.json.detail).toContain(log.operator.address.toLowerCase());
    await anvil.rpc("anvil_setBalance", [log.operator.address, balance]);
    await untilState(relayer.url, accepted.json.leaf, "anchored");
    await until(
      () => get(`${relayer.url}/readyz`),
      ({ status }) => status === 200,
    );
  });

  it("keeps reports while the RPC is away", async () => {
    const proxy = await startRpcProxy(anvil.url);
    try {
      const relayer = await freshRelayer([], proxy.url);
      proxy.intercept(() => Promise.reject(new Error("away")));
      const accepted = await submit(relayer.url, randomReport());
      expect(accepted.status).toBe(202);
      const ready = await until(
        () => get(`${relayer.url}/readyz`),
        ({ status }) => status === 503,
      );
      expect(ready.json).toMatchObject({ code: "RPC_UNAVAILABLE" });
      proxy.intercept();
      await untilState(relayer.url, accepted.json.leaf, "anchored");
    } finally {
      await proxy.stop();
    }
  });

  it("anchors a batch again that a reorganisation took out", async () => {
    const relayer = await freshRelayer();
    const accepted = await submit(relayer.url, randomReport());
    const first = await untilState(relayer.url, accepted.json.leaf, "anchored");
    await anvil.rpc("anvil_mine", ["0x2"]);
    await anvil.rpc("anvil_reorg", [3, []]);
    const again = await until(
      async () => (await get(`${relayer.url}/v1/reports/${String(accepted.json.leaf)}`)).json,
      (json) => json.state === "anchored" && hashOf(json) !== hashOf(first),
    );
    await verifyProofOnChain(anvil.rpc, readProof(again.proof));
    const read = await readLog(anvil.rpc, { registry: addressBytes(log.registry), logId: log.logId });
    expect(read.state).toMatchObject({ size: 1, total: 1 });
  });

  it("raises the fees of a transaction that is not mined", async () => {
    const relayer = await freshRelayer(["--bump-after", "1"]);
    await anvil.rpc("evm_setAutomine", [false]);
    try {
      const accepted = await submit(relayer.url, randomReport());
      await untilState(relayer.url, accepted.json.leaf, "posted");
      const offered = async (): Promise<bigint> => {
        const pool = (await anvil.rpc("txpool_content")) as { pending: Record<string, Record<string, Json>> };
        const [own] = Object.values(pool.pending).flatMap((byNonce) => Object.values(byNonce));
        return BigInt(String(own?.maxFeePerGas ?? 0));
      };
      const first = await until(offered, (fee) => fee > 0n);
      const second = await until(offered, (fee) => fee > first);
      expect(second * 100n).toBeGreaterThanOrEqual(first * 110n);
      await anvil.rpc("evm_setAutomine", [true]);
      await anvil.rpc("anvil_mine", ["0x1"]);
      await untilState(relayer.url, accepted.json.leaf, "anchored");
    } finally {
      await anvil.rpc("evm_setAutomine", [true]);
    }
  });

  it("refuses to start on another chain, and names every fault of its configuration at once", async () => {
    log = await openTestLog(anvil);
    await expect(relayerOn(mkdtempSync(join(folder, "data-")), ["--chain-id", "5"])).rejects.toThrow(
      /CHAIN_ID_MISMATCH.*31337/s,
    );
    const wrong = startRelayerProcess(["--rpc", "nowhere", "--registry", "0x12", "--port", "99999"], {});
    await expect(wrong).rejects.toThrow(/rpc.*registry.*logId.*port.*private key/s);
  });
});

describe("bad input", () => {
  it("is refused with a stable code, and nothing of it is kept", async () => {
    const relayer = await freshRelayer(["--reports-per-minute", "1000"]);
    const good = randomReport();
    const flipped = Uint8Array.from(good, (byte, i) => (i === good.length - 1 ? byte ^ 1 : byte));
    const memoOverrun = Uint8Array.from(good, (byte, i) => (i === 69 ? 255 : byte));
    const indexSwapped = Uint8Array.from(good, (byte, i) => (i === 64 ? 200 : byte));
    const binary = "application/octet-stream";
    const cases: [Uint8Array | string, string, number, string][] = [
      [good.subarray(0, 100), binary, 400, "REPORT_TRUNCATED"],
      [new Uint8Array(0), binary, 400, "REPORT_TRUNCATED"],
      [new Uint8Array([...good, 0]), binary, 400, "REPORT_TRAILING_BYTES"],
      [memoOverrun, binary, 400, "REPORT_TRUNCATED"],
      [indexSwapped, binary, 400, "REPORT_INDEX_INVALID"],
      [randomReport(2_000), binary, 400, "REPORT_SPAN_TOO_LONG"],
      [flipped, binary, 401, "REPORT_SIGNATURE_INVALID"],
      [new Uint8Array(390), binary, 413, "REPORT_TOO_LARGE"],
      [new Uint8Array(10_000_000), binary, 413, "BODY_TOO_LARGE"],
      [toBase64(good), "text/plain", 415, "CONTENT_TYPE_UNSUPPORTED"],
      ["{", "application/json", 400, "REQUEST_INVALID"],
      ['{"report":5}', "application/json", 400, "REQUEST_INVALID"],
      ['{"report":"*"}', "application/json", 400, "BASE64_INVALID"],
    ];
    for (const [body, type, status, code] of cases) {
      const answer = await submit(relayer.url, body, type);
      expect(answer, code).toMatchObject({ status, json: { status, code } });
      expect(answer.contentType).toContain("application/problem+json");
    }
    expect((await get(`${relayer.url}/v1/log`)).json).toMatchObject({ reports: { received: 0 }, total: 0 });
  });

  it("is told when there is too much of it", async () => {
    const relayer = await freshRelayer(["--reports-per-minute", "3"]);
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) statuses.push((await submit(relayer.url, randomReport())).status);
    expect(statuses).toEqual([202, 202, 202, 429, 429]);
    const refused = await submit(relayer.url, randomReport());
    expect(refused.json).toMatchObject({ code: "RATE_LIMITED" });
  });

  it("asks for what is not there and gets a problem", async () => {
    const relayer = await freshRelayer();
    const unknown = "bafkreibk225oectiaf723wclqjpviytmk3ma2jma5ggf5f7xuvmkr4ftam";
    for (const [path, status, code] of [
      ["/nothing", 404, "NOT_FOUND"],
      [`/v1/reports/${"00".repeat(32)}`, 404, "NOT_FOUND"],
      ["/v1/reports/abc", 400, "REQUEST_INVALID"],
      ["/v1/batches?from=-1", 400, "REQUEST_INVALID"],
      ["/ipfs/..%2f..%2fetc", 400, "CID_INVALID"],
      [`/ipfs/${unknown}`, 404, "NOT_FOUND"],
    ] as const) {
      expect(await get(relayer.url + path), path).toMatchObject({ status, json: { code } });
    }
  });
});

describe("privacy", () => {
  it("keeps no address and no report body in its output, and no address in its files", async () => {
    log = await openTestLog(anvil);
    const dataDir = mkdtempSync(join(folder, "data-"));
    const relayer = await relayerOn(dataDir, ["--log-level", "debug"]);
    const report = randomReport();
    const accepted = await submit(relayer.url, report);
    await submit(relayer.url, report.subarray(1));
    await untilState(relayer.url, accepted.json.leaf, "anchored");
    await relayer.stop();
    const output = relayer.output().replaceAll(relayer.url, "");
    expect(output).not.toMatch(/127\.0\.0\.1|::1|::ffff|remoteAddress|user-agent/i);
    for (const form of ["hex", "base64"] as const) {
      expect(output).not.toContain(Buffer.from(report.subarray(0, 64)).toString(form).slice(0, 80));
    }
    const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) {
      const content = readFileSync(join(file.parentPath, file.name), "latin1");
      expect(content).not.toMatch(/127\.0\.0\.1|::ffff:/);
    }
  });

  it("describes itself for programs", async () => {
    const relayer = await freshRelayer();
    const { json } = await get(`${relayer.url}/openapi.json`);
    const paths = Object.keys(json.paths as object);
    expect(paths).toEqual(
      expect.arrayContaining([
        "/v1/reports",
        "/v1/reports/{leaf}",
        "/v1/batches",
        "/v1/log",
        "/ipfs/{cid}",
        "/readyz",
      ]),
    );
    expect((await get(`${relayer.url}/healthz`)).json).toEqual({ status: "ok" });
  });
});

function hashOf(json: Json): unknown {
  return ((json.proof as Json | undefined)?.block as Json | undefined)?.hash;
}
