import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TocsinError } from "../errors.ts";
import { proveBatch, verifyBatchProof } from "./proof.ts";
import {
  appendBatch,
  batchLeaf,
  checkState,
  EMPTY_LOG,
  headOf,
  mountainHeights,
  type AnchoredBatch,
  type LogState,
} from "./state.ts";

const OPERATOR = new Uint8Array(20).fill(0x0e);

/** A log of some batches, with its state after each of them. */
function logOf(size: number): { batches: AnchoredBatch[]; states: LogState[] } {
  const batches: AnchoredBatch[] = [];
  const states = [EMPTY_LOG];
  for (let seq = 0; seq < size; seq++) {
    const state = states[seq]!;
    const batch = {
      seq,
      firstIndex: state.total,
      count: 1 + (seq % 5),
      root: new Uint8Array(32).fill(seq),
      cidDigest: new Uint8Array(32).fill(0xff - seq),
    };
    batches.push(batch);
    states.push(appendBatch(state, batch));
  }
  return { batches, states };
}

const { batches, states } = logOf(70);
const leaves = batches.map(batchLeaf);

/** The code that something fails with. */
function codeOf(act: () => void): string {
  try {
    act();
  } catch (error) {
    if (error instanceof TocsinError) return error.code;
    throw error;
  }
  return "accepted";
}

describe("batch proofs", () => {
  it("hold for every batch of every log of 1 to 70 batches, and for no other place", () => {
    const wrong: string[] = [];
    const refuse = (...[state, batch, path]: Parameters<typeof verifyBatchProof>): void => {
      const code = codeOf(() => {
        verifyBatchProof(state, batch, path);
      });
      if (code !== "PROOF_NOT_INCLUDED") wrong.push(`batch ${batch.seq} of ${state.size}: ${code}`);
    };
    for (let size = 1; size <= 70; size++) {
      const state = states[size]!;
      for (const batch of batches.slice(0, size)) {
        const path = proveBatch(leaves.slice(0, size), batch.seq);
        verifyBatchProof(state, batch, path);
        for (const seq of [
          -1,
          batch.seq - 1,
          batch.seq + 1,
          batch.seq ^ 1,
          batch.seq ^ 2,
          batch.seq ^ 8,
          0,
          size,
        ])
          if (seq !== batch.seq) refuse(state, { ...batch, seq }, path);
        refuse(state, batch, [...path, leaves[0]!]);
        if (path.length > 0) refuse(state, batch, path.slice(1));
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each([1, 2, 3, 7])("in a log of %i are refused with any single bit flipped", (size) => {
    const state = states[size]!;
    const head = headOf(OPERATOR, state);
    for (const batch of batches.slice(0, size)) {
      const path = proveBatch(leaves.slice(0, size), batch.seq);
      const bytes = [OPERATOR, batch.root, batch.cidDigest, ...state.peaks, ...path];
      const numbers = [state.size, state.total, batch.seq, batch.firstIndex, batch.count];
      const verify = ([operator, root, cidDigest, ...rest]: Uint8Array[], values: number[]): void => {
        const [stateSize, total, seq, firstIndex, count] = values as [number, number, number, number, number];
        const changed = { size: stateSize, total, peaks: rest.slice(0, state.peaks.length) };
        const anchored = { seq, firstIndex, count, root: root!, cidDigest: cidDigest! };
        verifyBatchProof(changed, anchored, rest.slice(state.peaks.length));
        // A proof is of a log only when its state hashes to the head in the contract.
        expect(headOf(operator!, changed), "the head").not.toEqual(head);
        throw new TocsinError("LOG_HEAD_MISMATCH", "another head");
      };
      expect(() => {
        verify(bytes, numbers);
      }).toThrow(/the head/);
      for (let place = 0; place < bytes.length; place++)
        for (let bit = 0; bit < bytes[place]!.length * 8; bit++) {
          const flipped = bytes.with(place, new Uint8Array(bytes[place]!));
          flipped[place]![bit >> 3]! ^= 1 << (bit & 7);
          expect(() => {
            verify(flipped, numbers);
          }, `bit ${bit} of part ${place}`).toThrow(TocsinError);
        }
      for (let place = 0; place < numbers.length; place++)
        for (let bit = 0; bit < 53; bit++) {
          const value = Number(BigInt(numbers[place]!) ^ (1n << BigInt(bit)));
          expect(() => {
            verify(bytes, numbers.with(place, value));
          }, `bit ${bit} of number ${place}`).toThrow(TocsinError);
        }
    }
  });

  it("are made for batches of the log only", () => {
    for (const seq of [-1, 3, 1.5])
      expect(() => proveBatch(leaves.slice(0, 3), seq)).toThrow(
        expect.objectContaining({ code: "ARGUMENT_INVALID" }),
      );
  });
});

describe("log states", () => {
  it("have a mountain for every bit of their size", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (size) => {
        const heights = mountainHeights(size);
        expect(heights.reduce((sum, height) => sum + 2 ** height, 0)).toBe(size);
        expect([...heights].sort((a, b) => b - a)).toEqual(heights);
        expect(new Set(heights).size).toBe(heights.length);
      }),
    );
  });

  it("give a head of their own each", () => {
    const heads = states.map((state) => headOf(OPERATOR, state).join());
    expect(new Set(heads).size).toBe(71);
  });

  it("are refused when size, total and peaks do not fit", () => {
    const invalid = expect.objectContaining({ code: "LOG_STATE_INVALID" });
    const state = states[5]!;
    for (const broken of [
      { ...state, size: 7 },
      { ...state, size: -1 },
      { ...state, size: 5.5 },
      { ...state, total: 4 },
      { ...state, total: Number.MAX_VALUE },
      { ...state, peaks: state.peaks.slice(1) },
      { ...state, peaks: state.peaks.with(0, new Uint8Array(31)) },
    ]) {
      expect(() => {
        checkState(broken);
      }).toThrow(invalid);
      expect(() => headOf(OPERATOR, broken)).toThrow(invalid);
    }
    for (const count of [0, -1, 0.5, Number.MAX_SAFE_INTEGER])
      expect(() => appendBatch(state, { ...batches[5]!, count })).toThrow(invalid);
  });
});
