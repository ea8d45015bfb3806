import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeCoEpiMemo, type CoEpiMemo } from "../report/memo.ts";
import {
  DEFAULT_RISK_POLICY,
  parseRiskPolicy,
  REPORT_KINDS,
  type AssessedExposure,
  type RiskPolicy,
  unmetParts,
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

const isRelevantBy = (exposure: AssessedExposure, policy: RiskPolicy): boolean =>
  unmetParts(exposure, policy, NOW).length === 0;

describe("an exposure", () => {
  it("is relevant when it meets every part of the policy", () => {
    expect(unmetParts(near, DEFAULT_RISK_POLICY, NOW)).toEqual([]);
  });

  it("is less relevant for each part that it does not meet", () => {
    const far = { ...near, firstSeen: NOW - 5 * DAY, lastSeen: NOW - 5 * DAY + 900, averageDistance: 2 };
    expect(unmetParts({ ...far, reports: [saying({})] }, strict, NOW)).toEqual([
      "duration",
      "distance",
      "recency",
      "kind",
    ]);
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
    expect(isRelevantBy({ ...near, ...change }, DEFAULT_RISK_POLICY)).toBe(isRelevant);
  });

  it("without a distance counts as near", () => {
    const { averageDistance: _, ...unmeasured } = near;
    expect(isRelevantBy(unmeasured, { ...strict, longerThan: 1, nearerThan: 0.1 })).toBe(true);
  });

  it("of one sighting is relevant where any duration and any distance are", () => {
    const glimpse = { ...near, lastSeen: near.firstSeen, averageDistance: 500 };
    expect(isRelevantBy(glimpse, { withinDays: 14, kinds: REPORT_KINDS })).toBe(true);
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
    const relevantFor = REPORT_KINDS.filter((each) =>
      isRelevantBy({ ...near, reports: [report] }, { withinDays: 14, kinds: [each] }),
    );
    expect(relevantFor).toEqual([kind]);
  });

  it("needs one report of a kind that counts, whatever the others say", () => {
    const reports = [ofAnotherApp, saying({}), saying({ fever: "serious" })];
    expect(isRelevantBy({ ...near, reports }, { withinDays: 14, kinds: ["symptoms"] })).toBe(true);
    expect(unmetParts({ ...near, reports: reports.slice(0, 2) }, strict, NOW)).toContain("kind");
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
