import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_RISK_POLICY, REPORT_KINDS, type RiskPolicy } from "@tocsin/protocol/match/risk.ts";
import { readRiskForm, readStoredPolicy, toRiskForm } from "./riskSettings.ts";

const good = toRiskForm(DEFAULT_RISK_POLICY);

describe("what counts as relevant, in a form", () => {
  test("begins with the defaults in plain units", () => {
    expect(good).toEqual({ minutes: "5", metres: "3", days: "14", kinds: REPORT_KINDS });
    expect(readRiskForm(good)).toEqual({ policy: DEFAULT_RISK_POLICY });
  });

  test("takes an empty duration or distance for any", () => {
    expect(readRiskForm({ minutes: " ", metres: "", days: "3", kinds: ["symptoms"] })).toEqual({
      policy: { withinDays: 3, kinds: ["symptoms"] },
    });
  });

  test("takes a decimal comma", () => {
    expect(readRiskForm({ ...good, minutes: "1,5", metres: "2.5" })).toMatchObject({
      policy: { longerThan: 90, nearerThan: 2.5 },
    });
  });

  test.each([
    ["minutes", "0"],
    ["minutes", "-5"],
    ["minutes", "five"],
    ["minutes", "20161"],
    ["metres", "0"],
    ["metres", "1e3"],
    ["metres", "1001"],
    ["days", ""],
    ["days", "0"],
    ["days", "15"],
    ["days", "1.5"],
    ["kinds", []],
    ["kinds", ["gossip"]],
  ])("refuses %s = %j and nothing else", (field, value) => {
    const read = readRiskForm({ ...good, [field]: value });
    expect(Object.keys("errors" in read ? read.errors : {})).toEqual([field]);
  });

  test("names the error of every field at once", () => {
    const read = readRiskForm({ minutes: "x", metres: "x", days: "x", kinds: [] });
    expect(Object.keys("errors" in read ? read.errors : {})).toEqual(["minutes", "metres", "days", "kinds"]);
  });

  test("gives back whatever policy it shows", () => {
    const policies = fc.record<RiskPolicy>(
      {
        longerThan: fc.integer({ min: 1, max: 14 * 86_400 }),
        nearerThan: fc.integer({ min: 1, max: 10_000 }).map((decimetres) => decimetres / 10),
        withinDays: fc.integer({ min: 1, max: 14 }),
        kinds: fc.subarray([...REPORT_KINDS], { minLength: 1 }),
      },
      { requiredKeys: ["withinDays", "kinds"] },
    );
    fc.assert(
      fc.property(policies, (policy) => {
        expect(readRiskForm(toRiskForm(policy))).toEqual({ policy });
        expect(readStoredPolicy(policy)).toEqual(policy);
      }),
    );
  });
});

test("a stored policy that cannot be read counts as the default one", () => {
  for (const value of [undefined, null, 5, "text", [], {}, { withinDays: 99, kinds: ["symptoms"] }])
    expect(readStoredPolicy(value)).toEqual(DEFAULT_RISK_POLICY);
});
