import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TocsinError } from "../errors.ts";
import { MAX_INDEX } from "../tcn/ratchet.ts";
import {
  airTime,
  DEFAULT_ROTATION,
  formatBroadcastKey,
  newBroadcastKeys,
  parseBroadcastKeys,
  planReports,
  type BroadcastKey,
  type PlannedReport,
  type TimeSpan,
} from "./broadcastKeys.ts";

const rak = fc.uint8Array({ minLength: 32, maxLength: 32 });
const key: fc.Arbitrary<BroadcastKey> = fc
  .record({
    rak,
    startedAt: fc.nat(3_000_000_000),
    rotation: fc.integer({ min: 1, max: 86_400 }),
    firstIndex: fc.integer({ min: 1, max: MAX_INDEX }),
    count: fc.nat(MAX_INDEX),
  })
  .map(({ count, ...made }) => ({ ...made, lastIndex: Math.min(MAX_INDEX, made.firstIndex + count) }));

/** Keys, a span and a time that lie close enough together to touch. */
const situation = fc.record({
  keys: fc.array(
    fc
      .record({
        rak,
        startedAt: fc.nat(400),
        rotation: fc.integer({ min: 1, max: 60 }),
        firstIndex: fc.integer({ min: 1, max: 5 }),
        count: fc.nat(20),
      })
      .map(({ count, ...made }): BroadcastKey => ({ ...made, lastIndex: made.firstIndex + count })),
    { minLength: 1, maxLength: 4 },
  ),
  from: fc.nat(800),
  length: fc.integer({ min: 1, max: 400 }),
  now: fc.nat(1_200),
});

function planOrNothing(keys: BroadcastKey[], span: TimeSpan, now: number): PlannedReport[] {
  try {
    return planReports(keys, span, now);
  } catch (error) {
    if (error instanceof TocsinError && error.code === "NOTHING_TO_REPORT") return [];
    throw error;
  }
}

describe("broadcast keys", () => {
  it("come back as they were", () => {
    fc.assert(
      fc.property(fc.array(key), (keys) => {
        expect(parseBroadcastKeys(keys.map(formatBroadcastKey).join("\n"))).toEqual({
          records: keys,
          errors: [],
        });
      }),
    );
  });

  it("are read around broken lines, which are named", () => {
    const good = formatBroadcastKey({
      rak: new Uint8Array(32),
      startedAt: 0,
      rotation: 900,
      firstIndex: 1,
      lastIndex: 24,
    });
    const { records, errors } = parseBroadcastKeys(
      ["", "{", good, good.replace("24", "0"), "[]", `${good}\r`, good.replace('"rotation":900,', "")].join(
        "\n",
      ),
    );
    expect(records).toHaveLength(2);
    expect(errors.map(({ line, code }) => [line, code])).toEqual(
      [2, 4, 5, 7].map((line) => [line, "BROADCAST_KEY_INVALID"]),
    );
  });

  it("cover a span without a gap, each with a rak of its own for six hours at most", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.integer({ min: 1, max: 300_000 }), (from, length) => {
        let made = 0;
        const keys = newBroadcastKeys({ from, to: from + length }, () => new Uint8Array(32).fill(++made));
        expect(new Set(keys.map((each) => each.rak[0])).size).toBe(keys.length);
        let end = from;
        for (const each of keys) {
          expect(airTime(each, each.firstIndex).from).toBe(end);
          end = airTime(each, each.lastIndex).to;
          expect(end - each.startedAt).toBeLessThanOrEqual(6 * 3_600);
        }
        expect(end).toBeGreaterThanOrEqual(from + length);
        expect(end).toBeLessThan(from + length + DEFAULT_ROTATION);
      }),
    );
  });
});

describe("planned reports", () => {
  it("cover exactly the numbers of the span that have left the air", () => {
    fc.assert(
      fc.property(situation, ({ keys, from, length, now }) => {
        const span = { from, to: from + length };
        const plans = planOrNothing(keys, span, now);
        for (const each of keys) {
          const covered = plans.filter((plan) => plan.key === each);
          expect(covered.length).toBeLessThanOrEqual(1);
          for (let j = each.firstIndex; j <= each.lastIndex; j++) {
            const air = airTime(each, j);
            const wanted = air.from < span.to && air.to > span.from && air.to <= now;
            expect(
              covered.some(({ j1, j2 }) => j1 <= j && j <= j2),
              `number ${j}`,
            ).toBe(wanted);
          }
          for (const { j1, j2 } of covered) {
            expect(j1).toBeGreaterThanOrEqual(each.firstIndex);
            expect(j2).toBeLessThanOrEqual(each.lastIndex);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  const day: BroadcastKey = {
    rak: new Uint8Array(32),
    startedAt: 10_000,
    rotation: 900,
    firstIndex: 1,
    lastIndex: 24,
  };
  const rangeOf = (span: TimeSpan, now: number): [number, number][] =>
    planOrNothing([day], span, now).map(({ j1, j2 }) => [j1, j2]);

  it("take a number in on the second in which it leaves the air, not one earlier", () => {
    const all = { from: 0, to: 100_000 };
    expect(rangeOf(all, 10_899)).toEqual([]);
    expect(rangeOf(all, 10_900)).toEqual([[1, 1]]);
    expect(rangeOf(all, 11_799)).toEqual([[1, 1]]);
    expect(rangeOf(all, 11_800)).toEqual([[1, 2]]);
    expect(rangeOf(all, 1_000_000)).toEqual([[1, 24]]);
  });

  it("leave out the number that only touches the span", () => {
    const later = 1_000_000;
    expect(rangeOf({ from: 10_900, to: 11_800 }, later)).toEqual([[2, 2]]);
    expect(rangeOf({ from: 10_899, to: 11_801 }, later)).toEqual([[1, 3]]);
    expect(rangeOf({ from: 0, to: 10_000 }, later)).toEqual([]);
    expect(rangeOf({ from: 10_000 + 24 * 900, to: later }, later)).toEqual([]);
  });

  it("say so when there is nothing to report", () => {
    expect(() => planReports([], { from: 0, to: 1 }, 2)).toThrow(
      expect.objectContaining({ code: "NOTHING_TO_REPORT" }),
    );
  });
});
