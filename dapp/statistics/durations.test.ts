import { expect, it } from "vitest";
import { summarizeDurations } from "./durations.ts";
import { timeUnitFor } from "./timeUnit.ts";

it("has nothing to say of no durations", () => {
  expect(summarizeDurations([])).toBeUndefined();
});

it.each([
  [[5], { shortest: 5, median: 5, longest: 5 }],
  [[9, 1], { shortest: 1, median: 5, longest: 9 }],
  [[100, 2, 30], { shortest: 2, median: 30, longest: 100 }],
  [[40, 10, 1_000, 20], { shortest: 10, median: 30, longest: 1_000 }],
])(
  "finds the ends and the middle of %j, in whatever order, and leaves the list as it was",
  (given, expected) => {
    const before = [...given];
    expect(summarizeDurations(given)).toEqual(expected);
    expect(given).toEqual(before);
  },
);

it.each([
  [0, "seconds"],
  [179, "seconds"],
  [180, "minutes"],
  [3 * 3_600 - 1, "minutes"],
  [3 * 3_600, "hours"],
  [3 * 86_400, "days"],
])("measures durations up to %i s in %s", (longest, unit) => {
  expect(timeUnitFor(longest).name).toBe(unit);
});
