import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeCoEpiMemo, type CoEpiMemo } from "../report/memo.ts";
import {
  assess,
  DEFAULT_RISK_POLICY,
  parseRiskPolicy,
  policyInWords,
  REPORT_KINDS,
  type AssessedExposure,
  type RiskPolicy,
} from "./risk.ts";

const DAY = 86_400;
const NOW = 20_000 * DAY;

const nothing: CoEpiMemo = { reportTime: 0n, cough: "none", fever: "none", symptoms: [] };
const saying = (said: Partial<CoEpiMemo>) => ({
  report: { memoType: 0, memo: encodeCoEpiMemo({ ...nothing, ...said }) },
});
const ofAnotherApp = { report: { memoType: 1, memo: new Uint8Array(20) } };
const broken = { report: { memoType: 0, memo: new Uint8Array(19) } };

const near: AssessedExposure = {
  firstSeen: NOW - DAY,
  lastSeen: NOW - DAY + 900,
  averageDistance: 1.5,
  reports: [saying({ cough: "dry" })],
};
const strict: RiskPolicy = { longerThan: 900, nearerThan: 2, withinDays: 3, kinds: ["symptoms"] };

describe("an exposure", () => {
  it("is relevant when it meets every part of the policy", () => {
    expect(assess(near, DEFAULT_RISK_POLICY, NOW)).toEqual({ isRelevant: true, reasons: [] });
  });

  it("is less relevant with a reason for each part that it does not meet", () => {
    const far = { ...near, firstSeen: NOW - 5 * DAY, lastSeen: NOW - 5 * DAY + 900, averageDistance: 2 };
    expect(assess({ ...far, reports: [saying({})] }, strict, NOW)).toEqual({
      isRelevant: false,
      reasons: [
        "Not longer than 15 minutes",
        "Not nearer than 2 metres on average",
        "Not in the last 3 days",
        "Not reported with symptoms",
      ],
    });
  });

  it.each<[string, Partial<AssessedExposure>, boolean]>([
    ["as long as the limit", { lastSeen: near.firstSeen + 300 }, false],
    ["a second longer", { lastSeen: near.firstSeen + 301 }, true],
    ["as far as the limit", { averageDistance: 3 }, false],
    ["nearer by a hair", { averageDistance: 2.999 }, true],
    ["last seen 14 days ago", { firstSeen: NOW - 15 * DAY, lastSeen: NOW - 14 * DAY }, true],
    ["last seen a second earlier", { firstSeen: NOW - 15 * DAY, lastSeen: NOW - 14 * DAY - 1 }, false],
    ["seen by a clock that is ahead", { firstSeen: NOW + 60, lastSeen: NOW + 600 }, true],
    ["reported by another app", { reports: [ofAnotherApp] }, true],
  ])("%s", (_, change, isRelevant) => {
    expect(assess({ ...near, ...change }, DEFAULT_RISK_POLICY, NOW).isRelevant).toBe(isRelevant);
  });

  it("without a distance counts as near", () => {
    const { averageDistance: _, ...unmeasured } = near;
    expect(assess(unmeasured, { ...strict, longerThan: 1, nearerThan: 0.1 }, NOW).isRelevant).toBe(true);
  });

  it("of one sighting is relevant where any duration and any distance are", () => {
    const glimpse = { ...near, lastSeen: near.firstSeen, averageDistance: 500 };
    expect(assess(glimpse, { withinDays: 14, kinds: REPORT_KINDS }, NOW).isRelevant).toBe(true);
  });

  it.each([
    ["symptoms", saying({ cough: "existing" })],
    ["symptoms", saying({ fever: "mild" })],
    ["symptoms", saying({ symptoms: ["lossOfSmellOrTaste"] })],
    ["symptoms", saying({ symptoms: ["noSymptoms", "other"] })],
    ["noSymptoms", saying({})],
    ["noSymptoms", saying({ symptoms: ["noSymptoms"] })],
    ["unreadable", ofAnotherApp],
    ["unreadable", broken],
  ])("has %s in its report", (kind, report) => {
    const relevantFor = REPORT_KINDS.filter(
      (each) => assess({ ...near, reports: [report] }, { withinDays: 14, kinds: [each] }, NOW).isRelevant,
    );
    expect(relevantFor).toEqual([kind]);
  });

  it("needs one report of a kind that counts, whatever the others say", () => {
    const reports = [ofAnotherApp, saying({}), saying({ fever: "serious" })];
    expect(assess({ ...near, reports }, { withinDays: 14, kinds: ["symptoms"] }, NOW).isRelevant).toBe(true);
    expect(assess({ ...near, reports: reports.slice(0, 2) }, strict, NOW).reasons).toContain(
      "Not reported with symptoms",
    );
  });
});

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
    expect(policyInWords({ ...strict, longerThan })[0]).toBe(`Longer than ${words}`);
  });
});

describe("a policy from JSON", () => {
  const policy: fc.Arbitrary<RiskPolicy> = fc.record(
    {
      longerThan: fc.integer({ min: 1, max: 14 * DAY }),
      nearerThan: fc.double({ min: 0.1, max: 1_000, noNaN: true }),
      withinDays: fc.integer({ min: 1, max: 14 }),
      kinds: fc.subarray([...REPORT_KINDS], { minLength: 1 }),
    },
    { requiredKeys: ["withinDays", "kinds"] },
  );

  it("comes back as it was", () => {
    fc.assert(
      fc.property(policy, (each) => {
        expect(parseRiskPolicy(JSON.parse(JSON.stringify(each)))).toEqual(each);
      }),
    );
    expect(parseRiskPolicy(DEFAULT_RISK_POLICY)).toEqual(DEFAULT_RISK_POLICY);
    const unlimited = { ...strict, longerThan: null, nearerThan: null, colour: "red" };
    expect(parseRiskPolicy(unlimited)).toEqual({ withinDays: 3, kinds: ["symptoms"] });
  });

  it.each<[string, unknown]>([
    ["no object", "strict"],
    ["a list", [strict]],
    ["nothing", {}],
    ["no duration at all", { ...strict, longerThan: 0 }],
    ["a broken second", { ...strict, longerThan: 1.5 }],
    ["more than 14 days long", { ...strict, longerThan: 14 * DAY + 1 }],
    ["no distance at all", { ...strict, nearerThan: 0 }],
    ["a negative distance", { ...strict, nearerThan: -1 }],
    ["an endless distance", { ...strict, nearerThan: Number.POSITIVE_INFINITY }],
    ["a distance in words", { ...strict, nearerThan: "near" }],
    ["no day", { ...strict, withinDays: 0 }],
    ["more days than are read", { ...strict, withinDays: 15 }],
    ["no kinds", { ...strict, kinds: [] }],
    ["one kind as a word", { ...strict, kinds: "symptoms" }],
    ["an unknown kind", { ...strict, kinds: ["symptoms", "test"] }],
    ["a kind twice", { ...strict, kinds: ["symptoms", "symptoms"] }],
  ])("with %s is refused", (_, value) => {
    expect(() => parseRiskPolicy(value)).toThrow(expect.objectContaining({ code: "POLICY_INVALID" }));
  });
});
