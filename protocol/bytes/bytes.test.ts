import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBase64, toBase64 } from "./base64.ts";
import { compareBytes, equalBytes, readU16LE, readUintBE, uintBE, writeU16LE } from "./bytes.ts";
import { fromHex, to0x, toHex } from "./hex.ts";

const bytes = fc.uint8Array({ maxLength: 600 });

describe("hex", () => {
  it("comes back as it was, with or without 0x, in either case", () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(fromHex(toHex(value), "value", value.length)).toEqual(value);
        expect(fromHex(to0x(value), "value")).toEqual(value);
        expect(fromHex(toHex(value).toUpperCase(), "value")).toEqual(value);
      }),
    );
  });

  it.each(["0", "0x0", "zz", "0X00", " 00", "00\n", "00 ", "0x0x00", "é0", 7, null, undefined, ["00"]])(
    "refuses %j",
    (text) => {
      expect(() => fromHex(text, "value")).toThrow(expect.objectContaining({ code: "HEX_INVALID" }));
    },
  );

  it("refuses another length than the one asked for", () => {
    fc.assert(
      fc.property(bytes, fc.nat(600), (value, length) => {
        fc.pre(length !== value.length);
        expect(() => fromHex(toHex(value), "value", length)).toThrow(/value must be/);
      }),
    );
  });
});

describe("base64", () => {
  it("comes back as it was, and is what the platform writes", () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const text = toBase64(value);
        expect(text).toBe(Buffer.from(value).toString("base64"));
        expect(fromBase64(text, "value")).toEqual(value);
      }),
    );
  });

  it.each([
    "A",
    "AA",
    "AAA",
    "AA=",
    "A===",
    "====",
    "AB==",
    "AAB=",
    "AA-_",
    "AAAA\n",
    " AAA",
    "AA==AAAA",
    1,
    null,
  ])("refuses %j", (text) => {
    expect(() => fromBase64(text, "value")).toThrow(expect.objectContaining({ code: "BASE64_INVALID" }));
  });

  it("gives every byte string one form only", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 12, unit: fc.constantFrom("A", "B", "g", "w", "0", "9", "+", "/", "=") }),
        (text) => {
          let value: Uint8Array;
          try {
            value = fromBase64(text, "value");
          } catch {
            return;
          }
          expect(toBase64(value)).toBe(text);
        },
      ),
    );
  });
});

describe("bytes", () => {
  it("are ordered as their hex is", () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const [x, y] = [toHex(a), toHex(b)];
        expect(Math.sign(compareBytes(a, b))).toBe(x < y ? -1 : x > y ? 1 : 0);
        expect(equalBytes(a, b)).toBe(x === y);
      }),
    );
  });

  it("hold integers", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), fc.nat(65_535), (large, small) => {
        expect(readUintBE(uintBE(large, 32))).toBe(large);
        const u16 = new Uint8Array(2);
        writeU16LE(u16, 0, small);
        expect(readU16LE(u16, 0)).toBe(small);
        expect([...u16]).toEqual([small % 256, Math.floor(small / 256)]);
      }),
    );
  });
});
