import { expect, test } from "vitest";
import { beginReporting, isReporting } from "./reporting.ts";

test("something is going on until all that began has ended", () => {
  expect(isReporting()).toBe(false);
  const [first, second] = [beginReporting(), beginReporting()];
  first();
  first();
  expect(isReporting()).toBe(true);
  second();
  expect(isReporting()).toBe(false);
});
