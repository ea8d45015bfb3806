import {
  airTime,
  TCNS_PER_RAK,
  type BroadcastKey,
  type TimeSpan,
} from "@tocsin/protocol/report/broadcastKeys.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutTo, dueIndex, endOf, type StoredKey } from "./slots.ts";

const START = 1_700_000_000;

function key(lastIndex: number, retiredAt?: number): StoredKey {
  const times = { startedAt: START, rotation: 900, firstIndex: 1, lastIndex };
  return { rak: new Uint8Array(32), ...times, ...(retiredAt === undefined ? {} : { retiredAt }) };
}

const lastIndex = fc.integer({ min: 1, max: TCNS_PER_RAK });

describe("the index that is due", () => {
  it("is the last one, or the next one in its own slot, and no other", () => {
    fc.assert(
      fc.property(lastIndex, fc.integer({ min: -2_000, max: 40_000 }), (last, offset) => {
        const due = dueIndex(key(last), START + offset);
        const inSlot = Math.floor(offset / 900) + 1;
        const mayBe = (inSlot === last || inSlot === last + 1) && inSlot <= TCNS_PER_RAK;
        expect(due).toBe(mayBe ? inSlot : undefined);
      }),
    );
  });

  it("changes exactly when its slot ends", () => {
    expect(dueIndex(key(3), START + 2_699.999)).toBe(3);
    expect(dueIndex(key(3), START + 2_700)).toBe(4);
    expect(dueIndex(key(3), START + 3_600)).toBeUndefined();
    expect(dueIndex(key(3), START + 1_799.999)).toBeUndefined();
  });

  it("is none once the rak has had its 24 numbers, or is retired", () => {
    const end = START + TCNS_PER_RAK * 900;
    expect(dueIndex(key(TCNS_PER_RAK), end - 1)).toBe(TCNS_PER_RAK);
    expect(dueIndex(key(TCNS_PER_RAK), end)).toBeUndefined();
    expect(dueIndex(key(3, START + 2_000), START + 2_000)).toBeUndefined();
  });
});

describe("a key that is cut to windows", () => {
  const window = fc
    .tuple(fc.integer({ min: -30_000, max: 60_000 }), fc.integer({ min: 1, max: 10_000 }))
    .map(([from, length]): TimeSpan => ({ from: START + from, to: START + from + length }));

  it("covers the first to the last number that was on air in one of them, at the times it was", () => {
    fc.assert(
      fc.property(lastIndex, fc.array(window, { maxLength: 4 }), (last, windows) => {
        const whole = key(last);
        const touched = touchedIndices(whole, windows);
        const cut = cutTo(windows, whole);
        if (touched.length === 0) {
          expect(cut).toBeUndefined();
          return;
        }
        expect(cut).toMatchObject({ firstIndex: touched[0], lastIndex: touched.at(-1), rotation: 900 });
        for (let index = cut!.firstIndex; index <= cut!.lastIndex; index++)
          expect(airTime(cut!, index)).toEqual(airTime(whole, index));
      }),
    );
  });

  it("is none where a window ends as the first number begins, or begins as the last one ends", () => {
    const whole = key(2);
    expect(cutTo([{ from: START - 900, to: START }], whole)).toBeUndefined();
    expect(cutTo([{ from: endOf(whole), to: endOf(whole) + 900 }], whole)).toBeUndefined();
    expect(cutTo([{ from: START - 900, to: START + 1 }], whole)).toMatchObject({
      firstIndex: 1,
      lastIndex: 1,
    });
  });

  it("is none for windows that hold no time, or none that is a number", () => {
    for (const [from, to] of [
      [START + 10, START + 10],
      [START + 20, START + 10],
      [NaN, NaN],
    ])
      expect(cutTo([{ from: from!, to: to! }], key(2))).toBeUndefined();
  });
});

/** By the meaning of the words, one index after the other. */
function touchedIndices(whole: BroadcastKey, windows: TimeSpan[]): number[] {
  const indices: number[] = [];
  for (let index = whole.firstIndex; index <= whole.lastIndex; index++) {
    const air = airTime(whole, index);
    if (windows.some(({ from, to }) => from < air.to && air.from < to)) indices.push(index);
  }
  return indices;
}
