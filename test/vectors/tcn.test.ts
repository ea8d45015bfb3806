import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { createSignedReport } from "@tocsin/protocol/report/create.ts";
import { readReport, readSignedReport, readSignedReports } from "@tocsin/protocol/report/read.ts";
import { encodeReport, tcnsOf, type Report } from "@tocsin/protocol/report/report.ts";
import { verifySignedReport } from "@tocsin/protocol/report/signature.ts";
import { verifyEd25519WithNoble } from "@tocsin/protocol/report/signatureNoble.ts";
import { decodeTck, encodeTck, nextTck, tcnOf } from "@tocsin/protocol/tcn/ratchet.ts";
import { rvkOf, tck0, tckAt } from "@tocsin/protocol/tcn/rak.ts";
import vectors from "./tcn.json" with { type: "json" };

const bytes = (hex: string): Uint8Array => fromHex(hex, "vector");

interface Malformed {
  id: string;
  kind: string;
  bytes: string;
  strict: string;
  tcns_sha256?: string;
}

/** What a whole-buffer reader and verifier answers: the report, or the code it is refused with. */
async function read(vector: Malformed): Promise<Report | string> {
  try {
    if (vector.kind === "unsigned") return readReport(bytes(vector.bytes));
    const report = readSignedReport(bytes(vector.bytes));
    await verifySignedReport(report);
    return report;
  } catch (error) {
    if (error instanceof TocsinError) return error.code;
    throw error;
  }
}

describe("TCN 0.4.1 keys", () => {
  for (const key of [vectors.published, ...vectors.keys]) {
    it(`derives ${key.id}`, () => {
      const rak = bytes(key.rak);
      expect(toHex(rvkOf(rak))).toBe(key.rvk);
      expect(toHex(tck0(rak).key)).toBe(key.tck_0);
      for (const [index, tck] of Object.entries(key.tck)) {
        const at = tckAt(rak, Number(index));
        expect(toHex(at.key)).toBe(tck);
        expect(toHex(tcnOf(at))).toBe((key.tcn as Record<string, string>)[index]);
      }
      if (!("tck_serialized" in key)) return;
      for (const [index, stored] of Object.entries(key.tck_serialized)) {
        expect(toHex(encodeTck(tckAt(rak, Number(index))))).toBe(stored);
        if (key.ratchet_ends_after_last) {
          expect(() => nextTck(decodeTck(bytes(stored)))).toThrow(
            expect.objectContaining({ code: "RATCHET_EXHAUSTED" }),
          );
        }
      }
    });
  }
});

describe("TCN 0.4.1 reports", () => {
  for (const vector of vectors.reports) {
    it(`creates and reads ${vector.id}`, async () => {
      const { rak, memo_type, memo } = vector.input;
      const content = { j1: vector.j1, j2: vector.j2, memoType: memo_type, memo: bytes(memo) };
      const created = createSignedReport(bytes(rak), content);
      expect(toHex(created.bytes)).toBe(vector.signed_report);
      expect(toHex(encodeReport(created))).toBe(vector.report);
      const report = readSignedReport(bytes(vector.signed_report));
      await verifySignedReport(report);
      expect({ ...report }).toEqual({ ...created });
      expect(toHex(report.tckBeforeJ1)).toBe(vector.tck_before_j1);
      const tcns = tcnsOf(report);
      expect(tcns.length).toBe(16 * vector.tcn_count);
      expect(toHex(sha256(tcns))).toBe(vector.tcns_sha256);
    });
  }

  for (const stream of vectors.streams) {
    it(`reads ${stream.id}`, () => {
      const read = [...readSignedReports(bytes(stream.bytes))];
      expect(read.map(({ end }) => end)).toEqual(stream.end_offsets);
      const known = new Map(vectors.reports.map((report) => [report.id, report.signed_report]));
      expect(read.map(({ report }) => toHex(report.bytes))).toEqual(
        stream.reports.map((id) => known.get(id)),
      );
    });
  }

  for (const vector of vectors.creation_errors) {
    it(`refuses to create ${vector.id}`, () => {
      const content = {
        j1: vector.j1,
        j2: vector.j2,
        memoType: vector.memo_type,
        memo: new Uint8Array(vector.memo_length),
      };
      expect(() => createSignedReport(bytes(vector.rak), content)).toThrow(
        expect.objectContaining({ code: "REPORT_MEMO_OVERSIZE" }),
      );
    });
  }
});

describe("TCN 0.4.1 strict reading", () => {
  for (const vector of [...vectors.malformed, ...vectors.signature_edge] as Malformed[]) {
    it(`${vector.strict}s ${vector.id}`, async () => {
      const answer = await read(vector);
      if (vector.strict === "reject") expect(answer).toBeTypeOf("string");
      if (vector.strict === "accept") {
        expect(answer).toBeTypeOf("object");
        if (vector.tcns_sha256) expect(toHex(sha256(tcnsOf(answer as Report)))).toBe(vector.tcns_sha256);
      }
    });
  }

  for (const vector of vectors.signature_edge as Malformed[]) {
    it(`gives the same answer to ${vector.id} on noble's curve`, async () => {
      const report = readSignedReport(bytes(vector.bytes));
      const platform = await read(vector);
      expect(verifyEd25519WithNoble(report.rvk, report.signature, encodeReport(report))).toBe(
        typeof platform !== "string",
      );
    });
  }
});

describe("stored tcks", () => {
  for (const vector of vectors.tck_codec) {
    it(`reads ${vector.id}`, () => {
      if (vector.error) {
        expect(() => decodeTck(bytes(vector.bytes))).toThrow(
          expect.objectContaining({ code: "TCK_INVALID" }),
        );
        return;
      }
      const tck = decodeTck(bytes(vector.bytes));
      expect(tck.index).toBe(vector.index);
      expect(toHex(tcnOf(tck))).toBe(vector.tcn);
      expect(toHex(encodeTck(tck))).toBe(vector.bytes);
      if (vector.next) expect(toHex(encodeTck(nextTck(tck)))).toBe(vector.next);
      else expect(() => nextTck(tck)).toThrow(expect.objectContaining({ code: "RATCHET_EXHAUSTED" }));
    });
  }
});
