import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { fromHex, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { formatProof, type Proof } from "@tocsin/protocol/log/proofFile.ts";
import { receiptToJson, signReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import { decodeUpload } from "@tocsin/protocol/upload/upload.ts";
import { hasWork } from "@tocsin/protocol/pow/work.ts";
import { startAnvil, type Account, type Anvil } from "../support/anvil.ts";
import { addressBytes, openTestLog, type TestLog } from "../support/deploy.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { jsonLines, tocsin, type Run } from "../support/tocsin.ts";
import { meet } from "./support/meeting.ts";

// Every step starts a process.
vi.setConfig({ testTimeout: 120_000 });

/** What a relayer can do to the command line: the real one never does most of it. */
interface Behaviour {
  signer: Account;
  /** Of the receipt: another than asked for is a relayer that cheats. */
  leaf?: Uint8Array;
  state: string;
  proof?: unknown;
  /** Bits of proof of work that it asks for. */
  workBits: number;
  /** Answers to give before the right one. */
  first: ((response: ServerResponse) => void)[];
}

const folder = mkdtempSync(join(tmpdir(), "tocsin-relayer-"));
const meeting = meet(Math.floor(Date.now() / 1000) - 36_000);
const leaf = fromHex(meeting.leaf, "leaf");
const reportHex = `${toHex(meeting.report)}\n`;
const DEADLINE = 2_000_000_000;

let anvil: Anvil;
let log: TestLog;
let relayer: TestServer;
let behaviour: Behaviour;
/** What was uploaded; undefined for a dummy. */
let received: (Uint8Array | undefined)[];

beforeAll(async () => {
  anvil = await startAnvil();
  log = await openTestLog(anvil);
  relayer = await startServer((request, body, response) => {
    const early = behaviour.first.shift();
    if (early) {
      early(response);
      return;
    }
    const path = request.url ?? "";
    if (path === "/readyz") json(response, 503, { ready: false, code: "RPC_UNAVAILABLE" });
    else if (path === "/v1/log") json(response, 200, { logId: log.logId, size: 0 });
    else if (request.method === "POST") {
      const { workBits } = behaviour;
      if (workBits > 0 && !hasWork(body, request.headers["tocsin-work"], workBits)) {
        json(response, 428, { status: 428, code: "WORK_REQUIRED", detail: "work first", workBits });
        return;
      }
      const report = decodeUpload(body);
      received.push(report);
      json(response, 202, answerFor(leafHash(reportEntry(report ?? new Uint8Array(134)))));
    } else if (path === `/v1/reports/${meeting.leaf}`) json(response, 200, answerFor(leaf));
    else problem(404, "REPORT_UNKNOWN", "no such report")(response);
  });
});
afterAll(async () => {
  await Promise.all([relayer.stop(), anvil.stop()]);
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  behaviour = { signer: log.operator, state: "received", workBits: 0, first: [] };
  received = [];
});

function answerFor(asked: Uint8Array): object {
  const promise = {
    chainId: anvil.chainId,
    registry: addressBytes(log.registry),
    logId: log.logId,
    leaf: behaviour.leaf ?? asked,
    deadline: DEADLINE,
  };
  const receipt = receiptToJson(signReceipt(promise, fromHex(behaviour.signer.privateKey, "key")));
  return { leaf: toHex(asked), state: behaviour.state, receipt, proof: behaviour.proof };
}

function json(
  response: ServerResponse,
  status: number,
  value: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(value));
}

function problem(status: number, code: string, detail: string, headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => {
    json(response, status, { type: "about:blank", title: "refused", status, code, detail }, headers);
  };
}

function submit(more: string[] = [], input = reportHex): Promise<Run> {
  return tocsin(["report", "submit", "--relayer", relayer.url, ...more], { input });
}

describe("tocsin report submit", () => {
  it("sends the report's bytes and prints a receipt that the log's operator signed", async () => {
    const { code, stdout } = await submit(["--rpc", anvil.url, "--json"]);
    expect(code).toBe(0);
    expect(received).toEqual([meeting.report]);
    const signer = log.operator.address.toLowerCase();
    const receipt = { leaf: `0x${meeting.leaf}`, logId: log.logId, deadline: DEADLINE };
    expect(jsonLines(stdout)).toMatchObject([
      {
        receipts: [{ leaf: meeting.leaf, state: "received", signer, signerVerified: true, receipt }],
        failed: [],
      },
    ]);
    const text = await submit();
    expect(text.stdout).toContain(`${meeting.leaf}  received`);
    expect(text.stderr).toContain("The signers were not compared");
  });

  it("refuses a receipt for another entry, of another signer, or for another log than expected", async () => {
    behaviour.leaf = new Uint8Array(32);
    expect(await submit()).toMatchObject({ code: 1, stderr: expect.stringContaining("RECEIPT_INVALID") });
    delete behaviour.leaf;
    behaviour.signer = anvil.accounts[4]!;
    const foreign = await submit(["--rpc", anvil.url, "--json"]);
    expect(foreign.code).toBe(1);
    expect(jsonLines(foreign.stdout)).toMatchObject([
      { receipts: [], failed: [{ leaf: meeting.leaf, code: "RECEIPT_INVALID" }] },
    ]);
    behaviour.signer = log.operator;
    expect(await submit(["--log", `${log.logId + 1}`])).toMatchObject({ code: 1 });
    expect(await submit(["--log", `${log.logId}`, "--registry", log.registry])).toMatchObject({ code: 0 });
  });

  it("tries again when the relayer is busy, and gives its reason when it refuses", async () => {
    behaviour.first = [
      problem(429, "RATE_LIMITED", "slowly", { "retry-after": "0" }),
      (response) => response.socket?.destroy(),
    ];
    expect(await submit()).toMatchObject({ code: 0 });
    behaviour.first = [problem(400, "REPORT_SPAN_TOO_LONG", "too \u001b[2Jlong")];
    const { code, stderr } = await submit();
    expect(code).toBe(1);
    expect(stderr).toContain("error REPORT_SPAN_TOO_LONG: ");
    expect(stderr).not.toContain("\u001b");
    behaviour.first = [(response) => response.end("<html>")];
    expect(await submit()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("error RECEIPT_INVALID"),
    });
  });

  it("solves the proof of work that a relayer asks for, and no more than the format allows", async () => {
    behaviour.workBits = 12;
    expect(await submit()).toMatchObject({ code: 0 });
    expect(received).toEqual([meeting.report]);
    behaviour.workBits = 29;
    const { code, stderr } = await submit();
    expect(code).toBe(1);
    expect(stderr).toContain("error WORK_REQUIRED: ");
  });

  it("sends dummies among the reports and tells nothing of them", async () => {
    const { code, stdout } = await submit(["--dummies", "5", "--json"]);
    expect(code).toBe(0);
    expect(received.filter((report) => report === undefined)).toHaveLength(5);
    expect(received.filter((report) => report !== undefined)).toEqual([meeting.report]);
    expect(jsonLines(stdout)).toMatchObject([{ receipts: [{ leaf: meeting.leaf }], failed: [] }]);
    expect((await submit(["--dummies", "1001"])).code).toBe(2);
  });

  it("sends nothing when any of the reports is not valid", async () => {
    const { code, stderr } = await submit([], `${reportHex}00\n`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error REPORT_TRUNCATED: line 2: /);
    expect(received).toEqual([]);
    expect(await submit([], "")).toMatchObject({ code: 2 });
  });

  it("says when there is no relayer", async () => {
    const args = ["report", "submit", "--relayer", "http://127.0.0.1:9", "--json"];
    const { code, stdout } = await tocsin(args, { input: reportHex });
    expect(code).toBe(1);
    expect(jsonLines(stdout)).toMatchObject([{ failed: [{ code: "RELAYER_UNAVAILABLE" }] }]);
  });
});

describe("tocsin report status", () => {
  const status = (...more: string[]): Promise<Run> =>
    tocsin(["report", "status", "--relayer", relayer.url, ...more]);

  it("prints how far a report is and names one that the relayer does not know", async () => {
    const unknown = "ab".repeat(32);
    const { code, stdout } = await status(meeting.leaf, unknown, "--json");
    expect(code).toBe(1);
    expect(jsonLines(stdout)).toMatchObject([
      { leaf: meeting.leaf, state: "received" },
      { leaf: unknown, error: { code: "REPORT_UNKNOWN" } },
    ]);
    const text = await status(meeting.leaf);
    expect(text).toMatchObject({ code: 0, stderr: "" });
    // A script that waits for a state looks for its name.
    expect(text.stdout).toMatch(/received, due by/);
    expect(text.stdout).not.toMatch(/anchored|finalized/);
  });

  it("writes the proof of an anchored report, and refuses one that does not verify or is of another", async () => {
    const batch = await log.append([meeting.entry]);
    const proof: Proof = {
      chainId: anvil.chainId,
      registry: addressBytes(log.registry),
      logId: log.logId,
      block: { number: batch.blockNumber, hash: new Uint8Array(32) },
      operator: addressBytes(log.operator.address),
      state: log.state,
      batch: { ...batch, count: 1, root: batch.tree.root },
      batchPath: [],
      entry: meeting.entry,
      leaf,
      index: 0,
      path: [],
    };
    behaviour.state = "anchored";
    behaviour.proof = JSON.parse(formatProof(proof));
    const { code, stdout } = await status(meeting.leaf, "--proofs", folder);
    expect(code).toBe(0);
    expect(stdout).toContain(`${meeting.leaf}  anchored, batch 0`);
    expect(readdirSync(folder)).toEqual([`${meeting.leaf}.json`]);

    behaviour.proof = JSON.parse(formatProof({ ...proof, entry: new Uint8Array([1]) }));
    expect(await status(meeting.leaf)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("PROOF_NOT_INCLUDED"),
    });
  });
});

describe("tocsin status", () => {
  it("prints the relayer's own account and ends with 1 where it is not ready", async () => {
    const { code, stdout, stderr } = await tocsin(["status", "--relayer", relayer.url, "--json"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error RELAYER_NOT_READY: /);
    expect(jsonLines(stdout)).toEqual([
      {
        ready: false,
        readiness: { ready: false, code: "RPC_UNAVAILABLE" },
        log: { logId: log.logId, size: 0 },
      },
    ]);
    behaviour.first = [(response) => json(response, 200, { ready: true })];
    const text = await tocsin(["status", "--relayer", relayer.url]);
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/^ready +true$/m);
  });
});
