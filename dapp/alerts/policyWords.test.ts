import { describe, expect, test } from "vitest";
import { DEFAULT_RISK_POLICY, type RiskPolicy } from "@tocsin/protocol/match/risk.ts";
import { policyWords, reasonWords } from "./policyWords.ts";

const odd: RiskPolicy = { longerThan: 90, nearerThan: 1, withinDays: 1, kinds: ["noSymptoms", "unreadable"] };

describe("a policy in words", () => {
  test.each<[string, RiskPolicy, string[]]>([
    [
      "by default",
      DEFAULT_RISK_POLICY,
      [
        "Longer than 5 minutes",
        "Nearer than 3 metres on average, or not measured",
        "In the last 14 days",
        "Whatever was reported",
      ],
    ],
    [
      "without limits",
      { withinDays: 2, kinds: ["symptoms"] },
      ["Of any duration", "At any distance", "In the last 2 days", "Reported with symptoms"],
    ],
    [
      "of odd values",
      odd,
      [
        "Longer than 90 seconds",
        "Nearer than 1 metre on average, or not measured",
        "In the last day",
        "Reported without symptoms or in a form that cannot be read here",
      ],
    ],
  ])("%s", (_, policy, words) => expect(policyWords(policy)).toEqual(words));

  test.each([
    [1, "1 second"],
    [3_600, "1 hour"],
    [5_400, "90 minutes"],
  ])("says %i seconds in the largest whole unit", (longerThan, words) => {
    expect(policyWords({ ...odd, longerThan })[0]).toBe(`Longer than ${words}`);
  });
});

test("what is not met is said part for part", () => {
  expect(reasonWords(["duration", "distance", "recency", "kind"], odd)).toEqual([
    "Not longer than 90 seconds",
    "Not nearer than 1 metre on average",
    "Not in the last day",
    "Not reported without symptoms or in a form that cannot be read here",
  ]);
  expect(reasonWords([], odd)).toEqual([]);
});
