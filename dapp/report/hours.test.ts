import { describe, expect, test } from "vitest";
import { hoursSent, HOUR, planHours, windowsOf } from "./hours.ts";

const DAY = 86_400;
/** A whole hour. */
const START = 1_800_000_000;

function key(id: number, startedAt: number, rotation = 900, lastIndex = 24) {
  return { rak: new Uint8Array(32).fill(id), startedAt, rotation, firstIndex: 1, lastIndex };
}

const morning = key(1, START);
const LATER = START + DAY;
const runs = (keys: ReturnType<typeof key>[], hours: number[], now = LATER) =>
  planHours(keys, hours, now).map(({ key, j1, j2 }) => [key.rak[0], j1, j2]);

describe("hoursSent", () => {
  test("lists every hour once, with its numbers", () => {
    const hours = hoursSent([morning, key(2, START + 6 * HOUR)], LATER);
    expect(hours.map((hour) => hour.from)).toEqual(Array.from({ length: 12 }, (_, i) => START + i * HOUR));
    expect(hours.every((hour) => hour.numbers === 4)).toBe(true);
  });

  test("leaves out numbers that are still on air", () => {
    expect(hoursSent([morning], START + HOUR + 1_799)).toEqual([
      { from: START, numbers: 4 },
      { from: START + HOUR, numbers: 1 },
    ]);
    expect(hoursSent([morning], START + 899)).toEqual([]);
  });

  test("a number that reaches into two hours is in both", () => {
    expect(hoursSent([key(1, START + 45 * 60, 1_800, 1)], LATER)).toEqual([
      { from: START, numbers: 1 },
      { from: START + HOUR, numbers: 1 },
    ]);
  });

  test("looks back 14 days, however long a hostile key says that it lasts", () => {
    const hours = hoursSent([key(1, 0, 86_400, 65_535)], LATER);
    expect(hours.length).toBeLessThanOrEqual(14 * 24 + 1);
  });
});

describe("planHours", () => {
  test("joins neighbouring hours into one report a key", () => {
    expect(
      runs([morning, key(2, START + 6 * HOUR)], [START + 5 * HOUR, START + 6 * HOUR, START + 4 * HOUR]),
    ).toEqual([
      [1, 17, 24],
      [2, 1, 4],
    ]);
  });

  test("makes two reports around an hour that is left out", () => {
    expect(runs([morning], [START, START + 2 * HOUR])).toEqual([
      [1, 1, 4],
      [1, 9, 12],
    ]);
  });

  test("joins runs that one long number makes touch", () => {
    expect(runs([key(1, START, 3 * HOUR, 2)], [START, START + 2 * HOUR])).toEqual([[1, 1, 1]]);
  });

  test("never covers a number that is still on air", () => {
    expect(runs([morning], [START, START + HOUR], START + HOUR + 1_000)).toEqual([[1, 1, 5]]);
    expect(() => runs([morning], [START], START + 100)).toThrow(
      expect.objectContaining({ code: "NOTHING_TO_REPORT" }),
    );
  });

  test("asks no reader for more numbers than it derives", () => {
    expect(runs([key(1, START, 1, 3_000)], [START])).toEqual([
      [1, 1, 1_345],
      [1, 1_346, 2_690],
      [1, 2_691, 3_000],
    ]);
  });
});

describe("broadcasts of which the rak is not known", () => {
  const { rak: _, ...broadcast } = key(2, START + 6 * HOUR);

  test("have hours and reports as keys have", () => {
    const hours = hoursSent([morning, broadcast], LATER);
    expect(hours).toEqual(hoursSent([morning, key(2, START + 6 * HOUR)], LATER));
    const planned = planHours([morning, broadcast], [START, START + 6 * HOUR, START + 8 * HOUR], LATER);
    expect(planned.map(({ key, j1, j2 }) => [key.startedAt, j1, j2])).toEqual([
      [START, 1, 4],
      [START + 6 * HOUR, 1, 4],
      [START + 6 * HOUR, 9, 12],
    ]);
  });

  test("are needed for the chosen hours in which they were on air, and for no others", () => {
    const hours = [START + 5 * HOUR, START + 6 * HOUR, START + 7 * HOUR, START + 9 * HOUR, START + 12 * HOUR];
    expect(windowsOf([broadcast], hours, LATER)).toEqual([
      { from: START + 6 * HOUR, to: START + 8 * HOUR },
      { from: START + 9 * HOUR, to: START + 10 * HOUR },
    ]);
    expect(windowsOf([], hours, LATER)).toEqual([]);
  });
});
