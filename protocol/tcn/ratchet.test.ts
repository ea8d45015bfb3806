import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rvkOf, tckAt } from "./rak.ts";
import {
  decodeTck,
  encodeTck,
  expandTcns,
  MAX_INDEX,
  nextTck,
  tcnOf,
  TCK_LENGTH,
  TCN_LENGTH,
} from "./ratchet.ts";

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe("stored tcks", () => {
  it("come back as they were", () => {
    fc.assert(
      fc.property(fc.record({ index: fc.nat(MAX_INDEX), rvk: key, key }), (tck) => {
        const stored = encodeTck(tck);
        expect(stored).toHaveLength(TCK_LENGTH);
        expect(decodeTck(stored)).toEqual(tck);
      }),
    );
  });

  it("are 66 bytes, no more and no fewer", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 140 }), (stored) => {
        fc.pre(stored.length !== TCK_LENGTH);
        expect(() => decodeTck(stored)).toThrow(expect.objectContaining({ code: "TCK_INVALID" }));
      }),
    );
  });
});

describe("the ratchet", () => {
  it("gives the same keys step by step, at once and as readers expand them", () => {
    fc.assert(
      fc.property(key, fc.integer({ min: 1, max: 60 }), fc.nat(30), (rak, j1, more) => {
        const j2 = j1 + more;
        const before = tckAt(rak, j1 - 1);
        const expanded = expandTcns(rvkOf(rak), before.key, j1, j2);
        expect(expanded).toHaveLength(TCN_LENGTH * (more + 1));
        for (let tck = nextTck(before), i = 0; i <= more; i++, tck = nextTck(tck)) {
          expect(tck).toEqual(tckAt(rak, j1 + i));
          expect(expanded.subarray(i * TCN_LENGTH, (i + 1) * TCN_LENGTH)).toEqual(tcnOf(tck));
        }
      }),
      { numRuns: 20 },
    );
  });

  it("gives no TCN for tck_0, and no key past 65535", () => {
    expect(() => tcnOf(tckAt(new Uint8Array(32), 0))).toThrow(
      expect.objectContaining({ code: "ARGUMENT_INVALID" }),
    );
    const last = { index: MAX_INDEX, rvk: new Uint8Array(32), key: new Uint8Array(32) };
    expect(() => nextTck(last)).toThrow(expect.objectContaining({ code: "RATCHET_EXHAUSTED" }));
    for (const index of [-1, 0.5, Number.NaN, MAX_INDEX + 1])
      expect(() => tckAt(new Uint8Array(32), index)).toThrow(
        expect.objectContaining({ code: "ARGUMENT_INVALID" }),
      );
  });

  it("takes a rak of 32 bytes only", () => {
    for (const length of [0, 31, 33, 64])
      expect(() => rvkOf(new Uint8Array(length))).toThrow(expect.objectContaining({ code: "KEY_INVALID" }));
  });
});
