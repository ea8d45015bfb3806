import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TocsinError } from "../errors.ts";
import { MAX_INDEX } from "../tcn/ratchet.ts";
import { createSignedReport } from "./create.ts";
import { readReport, readSignedReport, readSignedReports } from "./read.ts";
import {
  encodeReport,
  MAX_MEMO_TYPE,
  MIN_SIGNED_REPORT_LENGTH,
  spanOf,
  type SignedReport,
} from "./report.ts";
import { verifySignedReport } from "./signature.ts";

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const memo = fc.uint8Array({ maxLength: 255 });
const report = fc
  .record({
    rvk: bytes(32),
    tckBeforeJ1: bytes(32),
    j1: fc.integer({ min: 1, max: MAX_INDEX }),
    j2: fc.integer({ min: 1, max: MAX_INDEX }),
    memoType: fc.nat(MAX_MEMO_TYPE),
    memo,
  })
  .map((made) => ({ ...made, j1: Math.min(made.j1, made.j2), j2: Math.max(made.j1, made.j2) }));
const signedReport = fc
  .record({ rak: bytes(32), j1: fc.integer({ min: 1, max: 40 }), more: fc.nat(40), memo })
  .map(({ rak, j1, more, memo: text }) =>
    createSignedReport(rak, { j1, j2: j1 + more, memoType: 0, memo: text }),
  );

async function readAndVerify(wire: Uint8Array): Promise<SignedReport> {
  const read = readSignedReport(wire);
  await verifySignedReport(read);
  return read;
}

describe("reports", () => {
  it("come back as they were", () => {
    fc.assert(
      fc.property(report, (made) => {
        expect(readReport(encodeReport(made))).toEqual(made);
        expect(spanOf(made)).toBe(made.j2 - made.j1 + 1);
      }),
    );
  });

  it("come back with a signature that verifies", async () => {
    await fc.assert(
      fc.asyncProperty(signedReport, async (made) => {
        expect({ ...(await readAndVerify(made.bytes)) }).toEqual({ ...made });
      }),
      { numRuns: 30 },
    );
  });

  it("are refused with any single bit flipped", async () => {
    const made = createSignedReport(new Uint8Array(32).fill(7), {
      j1: 3,
      j2: 26,
      memoType: 0,
      memo: new Uint8Array(20).fill(0x5a),
    });
    for (let bit = 0; bit < made.bytes.length * 8; bit++) {
      const wire = new Uint8Array(made.bytes);
      wire[bit >> 3]! ^= 1 << (bit & 7);
      await expect(readAndVerify(wire), `bit ${bit}`).rejects.toBeInstanceOf(TocsinError);
    }
  });

  it("are refused when cut short anywhere or followed by anything", () => {
    fc.assert(
      fc.property(
        report,
        bytes(64),
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        (made, signature, more) => {
          const wire = new Uint8Array([...encodeReport(made), ...signature]);
          for (let length = 0; length < wire.length; length++)
            expect(() => readSignedReport(wire.subarray(0, length))).toThrow(
              expect.objectContaining({ code: "REPORT_TRUNCATED" }),
            );
          expect(() => readSignedReport(new Uint8Array([...wire, ...more]))).toThrow(
            expect.objectContaining({ code: "REPORT_TRAILING_BYTES" }),
          );
        },
      ),
      { numRuns: 10 },
    );
  });

  it("are read one after the other, wherever their buffer begins", () => {
    fc.assert(
      fc.property(fc.array(report, { maxLength: 5 }), fc.nat(9), (made, shift) => {
        const stream = made.flatMap((each) => [...encodeReport(each), ...new Uint8Array(64)]);
        const buffer = new Uint8Array([...new Uint8Array(shift), ...stream]).subarray(shift);
        const read = [...readSignedReports(buffer)];
        expect(read.map((each) => readReport(encodeReport(each.report)))).toEqual(made);
        expect(read.at(-1)?.end ?? 0).toBe(stream.length);
      }),
    );
  });

  it.each([
    ["j1 = 0", { j1: 0 }, "REPORT_INDEX_INVALID"],
    ["j2 < j1", { j1: 5, j2: 4 }, "REPORT_INDEX_INVALID"],
    ["memo type 4", { memoType: 4 }, "REPORT_MEMO_TYPE_UNKNOWN"],
    ["memo type 255", { memoType: 255 }, "REPORT_MEMO_TYPE_UNKNOWN"],
  ])("are neither written nor read with %s", (_, change, code) => {
    const content = { j1: 1, j2: 9, memoType: 0, memo: new Uint8Array(), ...change };
    expect(() => createSignedReport(new Uint8Array(32), content)).toThrow(expect.objectContaining({ code }));
    const wire = encodeReport({ rvk: new Uint8Array(32), tckBeforeJ1: new Uint8Array(32), ...content });
    expect(() => readReport(wire)).toThrow(expect.objectContaining({ code }));
  });

  it("take memos of up to 255 bytes", () => {
    const content = { j1: 1, j2: 1, memoType: 0, memo: new Uint8Array(255) };
    expect(readSignedReport(createSignedReport(new Uint8Array(32), content).bytes).memo).toHaveLength(255);
    const oversize = { ...content, memo: new Uint8Array(256) };
    expect(() => createSignedReport(new Uint8Array(32), oversize)).toThrow(
      expect.objectContaining({ code: "REPORT_MEMO_OVERSIZE" }),
    );
    expect(createSignedReport(new Uint8Array(32), { ...content, memo: new Uint8Array() }).bytes).toHaveLength(
      MIN_SIGNED_REPORT_LENGTH,
    );
  });
});
