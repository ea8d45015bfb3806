import { describe, expect, it } from "vitest";
import { fromBase64, toBase64 } from "../bytes/base64.ts";
import { toHex } from "../bytes/hex.ts";
import { decodeCoEpiMemo } from "./memo.ts";
import { readSignedReport } from "./read.ts";
import { tcnsOf, type SignedReport } from "./report.ts";
import { verifySignedReport } from "./signature.ts";

/** Signed reports that CoEpi's own clients and servers carry in their tests. */
const D =
  "D7Z8XrufMgfsFH3K5COnv17IFG2ahDb4VM/UMK/5y0+/OtUVVTh7sN0DQ5+R+ocecTilR+SIIpPHzujeJdJzugEAECcAFAEAmmq5XgAAAACaarleAAAAACEBo8p1WdGeXb5O5/3kN6x7GSylgiYGIGsABl3NrxhJu9XHwsN3f6yvRwUxs2fhP4oU5E3+JWabBP6v09pGV1xRCw==";
const E =
  "rOFMgzy3y36MJns34Xj7EZu5Dti9XMhYGRpa/DVznep6q4hMtMYm9sYMg9+sRSHAj0Ff2rHTPXskuzJH0+pZMQEAAgAAFAEAnazaXgAAAAD//////////wMAMFLrKLNOvwUJQSNta9rlzTyjFdpfq25Kv34c6y+ZOoSzRewzNAWsd56Yzm8LUw9cpHB8yyzDUMJ9YTKhD8dADA==";
const F =
  "rSqWpM3ZQm7hfQ3q2x2llnFHiNhyRrUQPKEtJ33VKQcwT7Ly6e4KGaj5ZzjWt0m4c0v5n/VH5HO9UXbPXvsQTgEAQQAALFVtMVdNbHBZU1hOSlJYaDJZek5OWjJJeVdXZFpXRUozV2xoU2NHUkhWVDA9jn0pZAeME6ZBRHJOlfIikyfS0Pjg6l0txhhz6hz4exTxv8ryA3/Z26OebSRwzRfRgLdWBfohaOwOcSaynKqVCg==";

async function read(base64: string): Promise<SignedReport> {
  const report = readSignedReport(fromBase64(base64, "report"));
  await verifySignedReport(report);
  expect(toBase64(report.bytes)).toBe(base64);
  return report;
}

const tcn = (report: SignedReport, index: number): string =>
  toHex(tcnsOf(report).subarray(16 * (index - report.j1), 16 * (index - report.j1 + 1)));

describe("CoEpi's reports", () => {
  it("D covers ten thousand numbers", async () => {
    const report = await read(D);
    expect([report.j1, report.j2, report.memoType]).toEqual([1, 10_000, 0]);
    expect(tcn(report, 5)).toBe("18e57df56256dbddac19e896ce42a4ad");
    expect(decodeCoEpiMemo(report.memo)).toEqual({
      reportTime: 1589209754n,
      earliestSymptom: 1589209754n,
      cough: "existing",
      fever: "serious",
      symptoms: ["breathlessness"],
    });
  });

  it("E covers two", async () => {
    const report = await read(E);
    expect([report.j1, report.j2, report.memoType]).toEqual([1, 2, 0]);
    expect(tcn(report, 1)).toBe("2485a64b57addcaea3ed1b538d07dbce");
    expect(tcn(report, 2)).toBe("7d44e3139f0d1a90ca5241132e802866");
    expect(decodeCoEpiMemo(report.memo)).toMatchObject({ reportTime: 1591389341n, cough: "wet" });
  });

  it("F is a valid report whose memo is not CoEpi's v1", async () => {
    const report = await read(F);
    expect([report.j1, report.memoType, report.memo.length]).toEqual([1, 0, 44]);
    expect(() => decodeCoEpiMemo(report.memo)).toThrow(expect.objectContaining({ code: "MEMO_INVALID" }));
  });
});
