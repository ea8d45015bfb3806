import { execFile } from "node:child_process";
import { randomInt } from "node:crypto";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fromHex, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { createSignedReport } from "@tocsin/protocol/report/create.ts";
import { readSignedReport } from "@tocsin/protocol/report/read.ts";
import type { SignedReport } from "@tocsin/protocol/report/report.ts";
import { verifySignedReport } from "@tocsin/protocol/report/signature.ts";
import { killThread } from "../../test/support/killThread.ts";
import vectors from "../../test/vectors/tcn.json" with { type: "json" };
import { VerifierError } from "../ports/signatureVerifier.ts";
import { MOST_AT_ONCE } from "./threadQueue.ts";
import { ThreadVerifier } from "./threadVerifier.ts";

function reportOf(number: number): SignedReport {
  const rak = new Uint8Array(32).fill(number);
  return createSignedReport(rak, { j1: 1, j2: 1, memoType: 0, memo: new Uint8Array(number) });
}

/** One bit of the rvk, the tck or the signature is another. */
function flipped(report: SignedReport): SignedReport {
  const bytes = report.bytes.slice();
  const signatureAt = bytes.length - 64;
  const at = randomInt(2) === 0 ? randomInt(64) : randomInt(signatureAt, bytes.length);
  bytes[at] = (bytes[at] as number) ^ (1 << randomInt(8));
  return readSignedReport(bytes);
}

/** All vectors that can be read as signed reports, whatever their signatures. */
function readableVectors(): SignedReport[] {
  const signed = [...vectors.malformed, ...vectors.signature_edge].filter(({ kind }) => kind !== "unsigned");
  const all = [...vectors.reports.map((report) => report.signed_report), ...signed.map(({ bytes }) => bytes)];
  return all.flatMap((hex) => {
    try {
      return [readSignedReport(fromHex(hex, "vector"))];
    } catch (error) {
      if (error instanceof TocsinError) return [];
      throw error;
    }
  });
}

/** "valid", or the code that the report is refused with. */
async function verdictOf(verified: Promise<void>): Promise<string> {
  try {
    await verified;
    return "valid";
  } catch (error) {
    if (error instanceof TocsinError || error instanceof VerifierError) return error.code;
    throw error;
  }
}

describe("a thread that verifies", () => {
  let verifier: ThreadVerifier;
  const sent = vi.spyOn(Worker.prototype, "postMessage");
  const crashed = vi.fn<(cause: unknown) => void>();
  beforeEach(() => {
    sent.mockClear();
    crashed.mockClear();
    verifier = new ThreadVerifier(crashed);
  });
  afterEach(() => verifier.close());

  async function expectTheProtocolsVerdicts(reports: readonly SignedReport[]): Promise<Set<string>> {
    const verdicts = await Promise.all(reports.map((report) => verdictOf(verifier.verify(report))));
    const expected = await Promise.all(reports.map((report) => verdictOf(verifySignedReport(report))));
    const pairs = (all: string[]): string[] =>
      all.map((verdict, index) => `${toHex(reports[index]!.bytes)} ${verdict}`);
    expect(pairs(verdicts)).toEqual(pairs(expected));
    return new Set(verdicts);
  }

  it("gives each vector, good or on the edge, the protocol's verdict", async () => {
    const reports = readableVectors();
    expect(reports.length).toBeGreaterThanOrEqual(vectors.reports.length + vectors.signature_edge.length);
    const verdicts = await expectTheProtocolsVerdicts(reports);
    expect(verdicts).toEqual(new Set(["valid", "REPORT_SIGNATURE_INVALID"]));
    expect(sent).toHaveBeenCalledTimes(Math.ceil(reports.length / MOST_AT_ONCE));
  });

  it("gives reports with and without a flipped bit the protocol's verdicts", async () => {
    const reports = Array.from({ length: 400 }, (_, index) => {
      const report = reportOf(1 + (index % 40));
      return randomInt(4) === 0 ? report : flipped(report);
    });
    const verdicts = await expectTheProtocolsVerdicts(reports);
    expect(verdicts).toEqual(new Set(["valid", "REPORT_SIGNATURE_INVALID"]));
  });

  it("answers groups that are sent one after the other each with its own", async () => {
    const reports = [1, 2, 3, 4, 5, 6].map((n) => (n % 2 === 0 ? reportOf(n) : flipped(reportOf(n))));
    const asked: Promise<string>[] = [];
    for (const report of reports) {
      asked.push(verdictOf(verifier.verify(report)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sent.mock.calls.length).toBeGreaterThanOrEqual(2);
    const bad = "REPORT_SIGNATURE_INVALID";
    expect(await Promise.all(asked)).toEqual([bad, "valid", bad, "valid", bad, "valid"]);
  });

  it("that is killed gives no verdict on what it had, and one on what comes next", async () => {
    const report = reportOf(1);
    await verifier.verify(report);
    sent.mockImplementationOnce(killThread);
    const lost = Array.from({ length: 2_000 }, () => verdictOf(verifier.verify(report)));
    expect(new Set(await Promise.all(lost))).toEqual(new Set(["VERIFIER_UNAVAILABLE"]));
    expect(crashed).toHaveBeenCalledTimes(1);
    await verifier.verify(report);
    await expect(verifier.verify(flipped(report))).rejects.toThrow(TocsinError);
  });

  it("verifies nothing any more once it is closed", async () => {
    const last = verdictOf(verifier.verify(reportOf(1)));
    await verifier.close();
    expect(await last).toBe("VERIFIER_UNAVAILABLE");
    await expect(verifier.verify(reportOf(1))).rejects.toThrow(VerifierError);
    expect(crashed).not.toHaveBeenCalled();
  });

  it("does not keep its process alive", async () => {
    const modules = ["./threadVerifier.ts", "../../protocol/report/read.ts"];
    const [adapter, read] = modules.map((path) => JSON.stringify(new URL(path, import.meta.url)));
    const script = `
      const { ThreadVerifier } = await import(${adapter});
      const { readSignedReport } = await import(${read});
      const verifier = new ThreadVerifier(() => undefined);
      const held = setInterval(() => undefined, 1_000);
      await verifier.verify(readSignedReport(Buffer.from("${toHex(reportOf(1).bytes)}", "hex")));
      clearInterval(held);
      console.log("verified");`;
    const run = promisify(execFile)(process.execPath, ["--eval", script]);
    expect((await run).stdout).toBe("verified\n");
  });
});
