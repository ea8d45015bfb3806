import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { toBase64 } from "@tocsin/protocol/bytes/base64.ts";
import { fromHex } from "@tocsin/protocol/bytes/hex.ts";
import { readLog } from "@tocsin/protocol/check/readLog.ts";
import { verifyBatchFile } from "@tocsin/protocol/check/verifyBatch.ts";
import { verifyProofOnChain } from "@tocsin/protocol/check/verifyOnChain.ts";
import { readProof } from "@tocsin/protocol/log/proofFile.ts";
import { readReceipt, verifyReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import { addressBytes, type TestLog } from "../support/deploy.ts";
import {
  get,
  randomReport,
  reportsByState,
  type RelayerBench,
  submit,
  until,
  untilState,
  type Json,
} from "../support/relayerBench.ts";
import { useRelayerBench } from "../support/relayerHooks.ts";

let bench: RelayerBench;
let log: TestLog;

useRelayerBench((...opened) => {
  [bench, log] = opened;
});

describe("a report's way", () => {
  it("goes from received to finalized, with a receipt and a proof that hold", async () => {
    const relayer = await bench.relayer(log);
    const accepted = await submit(relayer.url, randomReport());
    expect(accepted).toMatchObject({ status: 202, json: { state: "received" } });
    const receipt = readReceipt(accepted.json.receipt);
    verifyReceipt(receipt, addressBytes(log.operator.address));

    const anchored = await untilState(relayer.url, accepted.json.leaf, "anchored");
    const proof = readProof(anchored.proof);
    expect(await verifyProofOnChain(bench.anvil.rpc, proof)).toMatchObject({ finalized: false });
    expect(proof.leaf).toEqual(receipt.leaf);

    const { cid } = anchored.batch as { cid: string };
    const block = await fetch(`${relayer.url}/ipfs/${cid}?format=raw`);
    expect(block.headers.get("content-type")).toBe("application/vnd.ipld.raw");
    expect(block.headers.get("cache-control")).toContain("immutable");
    expect(verifyBatchFile(new Uint8Array(await block.arrayBuffer()), proof.batch).entries).toEqual([
      proof.entry,
    ]);

    await bench.anvil.rpc("anvil_mine", ["0x20"]);
    await untilState(relayer.url, accepted.json.leaf, "finalized");
    const read = await readLog(bench.anvil.rpc, { registry: addressBytes(log.registry), logId: log.logId });
    expect(read.state).toMatchObject({ size: 1, total: 1 });
  });

  it("gives the same report the same receipt and one entry, however it is sent", async () => {
    const relayer = await bench.relayer(log);
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
    const relayer = await bench.relayer(log, {
      flags: [
        "--seal-at-least",
        "1",
        "--seal-every",
        "31536000",
        "--seal-at",
        "20",
        "--reports-per-minute",
        "100",
      ],
    });
    const accepted = await Promise.all(Array.from({ length: 20 }, () => submit(relayer.url, randomReport())));
    for (const { json } of accepted) await untilState(relayer.url, json.leaf, "anchored");
    const { batches } = (await get(`${relayer.url}/v1/batches`)).json as { batches: Json[] };
    // One more entry names the filter.
    expect(batches).toMatchObject([{ seq: 0, count: 21, firstIndex: 0 }]);
  });
});

describe("a restart", () => {
  it("loses nothing that was acknowledged and doubles nothing", async () => {
    const dataDir = bench.newFolder();
    const first = await bench.relayer(log, {
      dataDir,
      flags: ["--seal-at-least", "1", "--seal-every", "31536000"],
    });
    const before = await submit(first.url, randomReport());
    await first.stop("SIGKILL");

    const second = await bench.relayer(log, { dataDir });
    await untilState(second.url, before.json.leaf, "anchored");
    const after = await submit(second.url, randomReport());
    await untilState(second.url, after.json.leaf, "sealed", "stored", "posted", "anchored");
    await second.stop("SIGKILL");

    const third = await bench.relayer(log, { dataDir });
    await untilState(third.url, after.json.leaf, "anchored");
    expect((await get(`${third.url}/v1/log`)).json).toMatchObject({ size: 2, total: 2 });
    const read = await readLog(bench.anvil.rpc, { registry: addressBytes(log.registry), logId: log.logId });
    expect(read.state).toMatchObject({ size: 2, total: 2 });
  });

  it("refuses a second relayer on the same folder, and a folder that belongs to another log", async () => {
    const dataDir = bench.newFolder();
    const first = await bench.relayer(log, { dataDir });
    await expect(bench.relayer(log, { dataDir })).rejects.toThrow(/in use by another/);
    await first.stop();
    log = await bench.openLog();
    await expect(bench.relayer(log, { dataDir })).rejects.toThrow(/belongs to chain/);
  });

  it("stops posting at a head that it never made, and overwrites nothing", async () => {
    const relayer = await bench.relayer(log);
    await log.append([fromHex("7f00", "entry")]);
    const accepted = await submit(relayer.url, randomReport());
    // Before its first round has ended, it is not ready for another reason.
    const ready = await until(
      () => get(`${relayer.url}/readyz`),
      ({ json }) => json.code === "HEAD_UNKNOWN",
    );
    expect(ready).toMatchObject({ status: 503, json: { ready: false } });
    expect((await get(`${relayer.url}/v1/reports/${String(accepted.json.leaf)}`)).status).toBe(200);
    const read = await readLog(bench.anvil.rpc, { registry: addressBytes(log.registry), logId: log.logId });
    expect(read.state.size).toBe(1);
  });
});

describe("bad input", () => {
  it("is refused with a stable code, and nothing of it is kept", async () => {
    const relayer = await bench.relayer(log, { flags: ["--reports-per-minute", "1000"] });
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
      // Sent at once: of a larger one the rest would meet a connection that the server has closed by then.
      [new Uint8Array(10_000), binary, 413, "BODY_TOO_LARGE"],
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
    expect(await reportsByState(relayer.url)).toMatchObject({ received: 0, sealed: 0, anchored: 0 });
  });

  it("is told when there is too much of it", async () => {
    const relayer = await bench.relayer(log, { flags: ["--reports-per-minute", "3"] });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) statuses.push((await submit(relayer.url, randomReport())).status);
    expect(statuses).toEqual([202, 202, 202, 429, 429]);
    const refused = await submit(relayer.url, randomReport());
    expect(refused.json).toMatchObject({ code: "RATE_LIMITED" });
  });

  it("asks for what is not there and gets a problem", async () => {
    const relayer = await bench.relayer(log);
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
    const dataDir = bench.newFolder();
    const relayer = await bench.relayer(log, { dataDir, flags: ["--log-level", "debug"] });
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
    const relayer = await bench.relayer(log);
    const { json } = await get(`${relayer.url}/openapi.json`);
    const paths = Object.keys(json.paths as object);
    expect(paths).toEqual(
      expect.arrayContaining([
        "/v1/reports",
        "/v1/reports/{leaf}",
        "/v1/batches",
        "/v1/batches/{seq}/filter",
        "/v1/log",
        "/ipfs/{cid}",
        "/readyz",
      ]),
    );
    expect((await get(`${relayer.url}/healthz`)).json).toEqual({ status: "ok" });
  });
});
