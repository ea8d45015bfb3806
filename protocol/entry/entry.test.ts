import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSignedReport } from "../report/create.ts";
import {
  decodeEntry,
  encodeEntry,
  ENTRY_KINDS,
  filterEntry,
  MAX_ENTRY_LENGTH,
  readFilterEntry,
  readReportEntry,
  reportEntry,
} from "./entry.ts";

const report = createSignedReport(new Uint8Array(32), { j1: 1, j2: 2, memoType: 0, memo: new Uint8Array() });

describe("entries", () => {
  it("come back as they were", () => {
    fc.assert(
      fc.property(fc.nat(255), fc.uint8Array({ maxLength: 500 }), (kind, body) => {
        expect(decodeEntry(encodeEntry({ kind, body }))).toEqual({ kind, body });
      }),
    );
  });

  it("carry a signed report", () => {
    expect(readReportEntry(reportEntry(report.bytes))).toEqual(report);
  });

  it("of any other kind are no reports", () => {
    for (let kind = 0; kind < 256; kind++) {
      if (kind === ENTRY_KINDS.signedReport) continue;
      expect(() => readReportEntry(encodeEntry({ kind, body: report.bytes }))).toThrow(
        expect.objectContaining({ code: "ENTRY_KIND_UNKNOWN" }),
      );
    }
  });

  it("of kind 2 are 02 and a digest of 32 bytes", () => {
    const digest = new Uint8Array(32).map((_, i) => i);
    const entry = filterEntry(digest);
    expect(entry).toEqual(new Uint8Array([2, ...digest]));
    expect(readFilterEntry(entry)).toEqual(digest);
    for (const length of [0, 31, 33]) {
      const body = new Uint8Array(length);
      expect(() => readFilterEntry(encodeEntry({ kind: 2, body }))).toThrow(
        expect.objectContaining({ code: "ENTRY_INVALID" }),
      );
    }
    for (const kind of [0, 1, 3, 255])
      expect(() => readFilterEntry(encodeEntry({ kind, body: digest }))).toThrow(
        expect.objectContaining({ code: "ENTRY_KIND_UNKNOWN" }),
      );
  });

  it("have 1 to 65535 bytes", () => {
    for (const length of [0, MAX_ENTRY_LENGTH + 1])
      expect(() => decodeEntry(new Uint8Array(length))).toThrow(
        expect.objectContaining({ code: "ENTRY_INVALID" }),
      );
    expect(decodeEntry(new Uint8Array(MAX_ENTRY_LENGTH)).body).toHaveLength(MAX_ENTRY_LENGTH - 1);
  });
});
