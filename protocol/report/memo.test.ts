import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../bytes/hex.ts";
import {
  COUGHS,
  decodeCoEpiMemo,
  encodeCoEpiMemo,
  FEVERS,
  reportDay,
  SYMPTOMS,
  type CoEpiMemo,
} from "./memo.ts";

const vectors: [hex: string, memo: CoEpiMemo][] = [
  [
    "01009a6ab95e00000000ffffffffffffffff0000",
    { reportTime: 1589209754n, cough: "none", fever: "none", symptoms: [] },
  ],
  [
    "010000000000000000009a6ab95e000000002153",
    {
      reportTime: 0n,
      earliestSymptom: 1589209754n,
      cough: "existing",
      fever: "serious",
      symptoms: ["breathlessness", "muscleAches", "runnyNose", "noSymptoms"],
    },
  ],
  [
    "0100000000000000000079eaca5e000000001253",
    {
      reportTime: 0n,
      earliestSymptom: 1590356601n,
      cough: "dry",
      fever: "mild",
      symptoms: ["breathlessness", "muscleAches", "runnyNose", "noSymptoms"],
    },
  ],
  [
    "01009a6ab95e000000009a6ab95e000000002101",
    {
      reportTime: 1589209754n,
      earliestSymptom: 1589209754n,
      cough: "existing",
      fever: "serious",
      symptoms: ["breathlessness"],
    },
  ],
  [
    "01009dacda5e00000000ffffffffffffffff0300",
    { reportTime: 1591389341n, cough: "wet", fever: "none", symptoms: [] },
  ],
];

const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const memo: fc.Arbitrary<CoEpiMemo> = fc.record(
  {
    reportTime: u64,
    earliestSymptom: u64.filter((time) => time < 2n ** 64n - 1n),
    cough: fc.constantFrom(...COUGHS),
    fever: fc.constantFrom(...FEVERS),
    symptoms: fc.subarray([...SYMPTOMS]),
  },
  { requiredKeys: ["reportTime", "cough", "fever", "symptoms"] },
);

describe("CoEpi memos", () => {
  it.each(vectors)("read and write %s as CoEpi's clients do", (hex, fields) => {
    expect(decodeCoEpiMemo(fromHex(hex, "memo"))).toEqual(fields);
    expect(toHex(encodeCoEpiMemo(fields))).toBe(hex);
  });

  it("come back as they were", () => {
    fc.assert(
      fc.property(memo, (made) => {
        expect(decodeCoEpiMemo(encodeCoEpiMemo(made))).toEqual(made);
      }),
    );
  });

  it("have one form: what is read is written again byte for byte", () => {
    fc.assert(
      fc.property(memo, fc.nat(159), (made, bit) => {
        const bytes = encodeCoEpiMemo(made);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        let read: CoEpiMemo;
        try {
          read = decodeCoEpiMemo(bytes);
        } catch {
          return;
        }
        expect(encodeCoEpiMemo(read)).toEqual(bytes);
      }),
    );
  });

  it.each([
    ["another version", "02009a6ab95e00000000ffffffffffffffff0000"],
    ["a cough of 4", "01009a6ab95e00000000ffffffffffffffff0400"],
    ["a fever of 3", "01009a6ab95e00000000ffffffffffffffff3000"],
    ["bit 7 of the symptoms", "01009a6ab95e00000000ffffffffffffffff0080"],
    ["19 bytes", "01009a6ab95e00000000ffffffffffffffff00"],
    ["21 bytes", "01009a6ab95e00000000ffffffffffffffff000000"],
    ["no bytes", ""],
  ])("refuse %s", (_, hex) => {
    expect(() => decodeCoEpiMemo(fromHex(hex, "memo"))).toThrow(
      expect.objectContaining({ code: "MEMO_INVALID" }),
    );
  });

  it("give the report's day, which nearly everybody shares", () => {
    expect(reportDay(1_589_209_754)).toBe(1_589_155_200n);
    expect(reportDay(86_399.9)).toBe(0n);
    expect(reportDay(86_400)).toBe(86_400n);
  });
});
