import { describe, expect, it } from "vitest";
import { DAY, DAYS_SHOWN, dailyFigures } from "./dailyFigures.ts";
import type { LogActivity } from "./readActivity.ts";

/** The 24th of November 2026 in UTC. */
const TODAY = Date.UTC(2026, 10, 24) / 1_000;

function activityOf(given: Partial<LogActivity>): LogActivity {
  return {
    operator: "0x",
    totals: { batches: 0, entries: 0, direct: 0 },
    asOf: { blockNumber: 1, time: TODAY + 3_600 },
    batches: [],
    direct: [],
    ...given,
  };
}

describe("dailyFigures", () => {
  it("gives fourteen days of zeroes for a log in which nothing happened", () => {
    const days = dailyFigures(activityOf({}));
    expect(days).toHaveLength(DAYS_SHOWN);
    expect(days.map(({ day }) => day)).toEqual(Array.from({ length: 14 }, (_, i) => TODAY - (13 - i) * DAY));
    expect(days.every(({ batches, entries, direct }) => batches + entries + direct === 0)).toBe(true);
    expect(days.every(({ waits }) => waits === undefined)).toBe(true);
  });

  it("puts what happened on its day of UTC, the last second of a day and the first of the next apart", () => {
    const batches = [
      { anchoredAt: TODAY - 1, entries: 3 },
      { anchoredAt: TODAY, entries: 5, wait: 1 },
      { anchoredAt: TODAY + 600, entries: 7, wait: 600 },
      { anchoredAt: TODAY + 700, entries: 1, wait: 100 },
    ];
    const days = dailyFigures(activityOf({ batches, direct: [TODAY - 1, TODAY - 1, TODAY + 5] }));
    expect(days.at(-2)).toEqual({ day: TODAY - DAY, batches: 1, entries: 3, direct: 2, waits: undefined });
    expect(days.at(-1)).toEqual({
      ...{ day: TODAY, batches: 3, entries: 13, direct: 1 },
      waits: { shortest: 1, median: 100, longest: 600 },
    });
    expect(days.slice(0, -2).every(({ batches: n }) => n === 0)).toBe(true);
  });

  it("leaves out what is older than its days", () => {
    const old = { anchoredAt: TODAY - 13 * DAY - 1, entries: 9 };
    expect(dailyFigures(activityOf({ batches: [old], direct: [old.anchoredAt] }))).toEqual(
      dailyFigures(activityOf({})),
    );
  });

  it("leaves out days that are not known whole, all of them where it must", () => {
    const cut = (unknownUntil: number) => dailyFigures(activityOf({ unknownUntil })).map(({ day }) => day);
    expect(cut(TODAY - 2 * DAY + 7)).toEqual([TODAY - DAY, TODAY]);
    expect(cut(TODAY)).toEqual([]);
  });
});
