import { createHash } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { fromHex, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import { jsonLines, tocsin } from "../support/tocsin.ts";
import vectors from "../vectors/tcn.json" with { type: "json" };

// Every step starts a process.
vi.setConfig({ testTimeout: 120_000 });

interface Inspected {
  valid: boolean;
  code?: string;
  tcns: string[];
  leaf: string;
}

interface Malformed {
  id: string;
  kind: string;
  bytes: string;
  strict: string;
}

async function inspect(lines: readonly string[]): Promise<Inspected[]> {
  const { code, stdout, stderr } = await tocsin(["inspect"], {
    input: lines.map((line) => `${line}\n`).join(""),
  });
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return jsonLines(stdout) as Inspected[];
}

describe("tocsin inspect", () => {
  it("prints everything that the reports of tcn.json hold", async () => {
    const signed = vectors.reports.map((vector) => vector.signed_report);
    const answers = await inspect(signed);
    expect(answers.length).toBe(signed.length);
    vectors.reports.forEach((vector, i) => {
      const { tcns, ...answer } = answers[i] as Inspected;
      expect(answer, vector.id).toEqual({
        valid: true,
        rvk: vector.rvk,
        tck: vector.tck_before_j1,
        j1: vector.j1,
        j2: vector.j2,
        memoType: vector.input.memo_type,
        memo: vector.input.memo,
        signature: vector.signature,
        leaf: toHex(leafHash(reportEntry(fromHex(vector.signed_report, "report")))),
      });
      expect(tcns.length, vector.id).toBe(vector.tcn_count);
      expect(createHash("sha256").update(tcns.join(""), "hex").digest("hex")).toBe(vector.tcns_sha256);
    });
  });

  it("prints the published vector's numbers in order", async () => {
    const [answer] = await inspect([vectors.published.signed_report]);
    expect(answer?.tcns).toEqual(vectors.published.tcns);
  });

  it("judges malformed reports and edge signatures as tcn.json asks, one line for each line", async () => {
    const cases = [...vectors.malformed, ...vectors.signature_edge] as Malformed[];
    const signed = cases.filter(({ kind }) => kind === "signed");
    const answers = await inspect(signed.map(({ bytes }) => bytes));
    expect(answers.length).toBe(signed.length);
    signed.forEach(({ id, strict }, i) => {
      const { valid, ...rest } = answers[i] as Inspected;
      if (strict !== "any") expect(valid, id).toBe(strict === "accept");
      if (!valid) expect(rest, id).toEqual({ code: expect.stringMatching(/^[A-Z_]+$/) as string });
    });
  });

  it("keeps one line for each line, whatever stands in it", async () => {
    const good = vectors.published.signed_report;
    const lines = [
      "",
      good,
      "zz",
      `  ${good.toUpperCase()}\r`,
      `0x${good}`,
      "é\u0000",
      `${good}${"00".repeat(100_000)}`,
      good,
    ];
    const answers = await inspect(lines);
    expect(answers.map(({ valid, code }) => code ?? valid)).toEqual([
      "REPORT_TRUNCATED",
      true,
      "HEX_INVALID",
      true,
      true,
      "HEX_INVALID",
      "REPORT_TRAILING_BYTES",
      true,
    ]);
  });

  it("reads a last line without a line break, and nothing at all", async () => {
    const { stdout } = await tocsin(["inspect"], { input: vectors.published.signed_report });
    expect(jsonLines(stdout)).toHaveLength(1);
    expect(await tocsin(["inspect"])).toEqual({ code: 0, stdout: "", stderr: "" });
  });
});
