import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeUpload, dummyUpload, encodeUpload, UPLOAD_LENGTH } from "./upload.ts";

const reports = fc.uint8Array({ minLength: 134, maxLength: 389 });
const filled = (byte: number) => (length: number) => new Uint8Array(length).fill(byte);
const invalid = expect.objectContaining({ code: "UPLOAD_INVALID" });

describe("an upload", () => {
  it("has one size and gives back what is in it, whatever the padding", () => {
    fc.assert(
      fc.property(reports, fc.nat(255), (report, byte) => {
        const upload = encodeUpload(report, filled(byte));
        expect(upload).toHaveLength(UPLOAD_LENGTH);
        expect(decodeUpload(upload)).toEqual(report);
        expect(upload.subarray(2 + report.length)).toEqual(filled(byte)(510 - report.length));
      }),
    );
  });

  it("may hold nothing at the same size", () => {
    const dummy = dummyUpload(filled(7));
    expect(dummy).toEqual(new Uint8Array([0, 0, ...filled(7)(510)]));
    expect(decodeUpload(dummy)).toBeUndefined();
  });

  it("is refused with any other size", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_100 }), (bytes) => {
        fc.pre(bytes.length !== UPLOAD_LENGTH);
        expect(() => decodeUpload(bytes)).toThrow(invalid);
      }),
    );
  });

  it("is refused with a length that no report has, and only then", () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(600), fc.nat(65_535)), (length) => {
        const bytes = new Uint8Array(UPLOAD_LENGTH);
        new DataView(bytes.buffer).setUint16(0, length, true);
        if (length === 0) expect(decodeUpload(bytes)).toBeUndefined();
        else if (length >= 134 && length <= 389) expect(decodeUpload(bytes)).toHaveLength(length);
        else expect(() => decodeUpload(bytes)).toThrow(invalid);
      }),
    );
  });

  it("is not made of what can be no report", () => {
    for (const length of [0, 133, 390, 512]) {
      expect(() => encodeUpload(new Uint8Array(length), filled(0))).toThrow(invalid);
    }
  });
});
