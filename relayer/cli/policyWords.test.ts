import { describe, expect, it } from "vitest";
import { DEFAULT_RISK_POLICY, type RiskPolicy } from "@tocsin/protocol/match/risk.ts";
import { policyInWords, reasonsInWords } from "./policyWords.ts";

describe("a policy in words", () => {
  it.each<[string, RiskPolicy, string[]]>([
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
      { withinDays: 1, kinds: ["symptoms"] },
      ["Of any duration", "At any distance", "In the last day", "Reported with symptoms"],
    ],
    [
      "of odd values",
      { longerThan: 90, nearerThan: 1, withinDays: 2, kinds: ["noSymptoms", "unreadable"] },
      [
        "Longer than 90 seconds",
        "Nearer than 1 metre on average, or not measured",
        "In the last 2 days",
        "Reported without symptoms or in a form that cannot be read here",
      ],
    ],
  ])("%s", (_, policy, words) => expect(policyInWords(policy)).toEqual(words));

  it.each([
    [1, "1 second"],
    [60, "1 minute"],
    [3_600, "1 hour"],
    [5_400, "90 minutes"],
    [7_200, "2 hours"],
  ])("says %i seconds in the largest whole unit", (longerThan, words) => {
    expect(policyInWords({ withinDays: 3, kinds: ["symptoms"], longerThan })[0]).toBe(`Longer than ${words}`);
  });
});

it("says what of a policy was not met", () => {
  const strict: RiskPolicy = { longerThan: 900, nearerThan: 2, withinDays: 3, kinds: ["symptoms"] };
  expect(reasonsInWords(["duration", "distance", "recency", "kind"], strict)).toEqual([
    "Not longer than 15 minutes",
    "Not nearer than 2 metres on average",
    "Not in the last 3 days",
    "Not reported with symptoms",
  ]);
  expect(reasonsInWords([], strict)).toEqual([]);
});
