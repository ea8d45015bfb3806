import { expect, test } from "vitest";
import { answer, memoOf, missingAnswer, NO_ANSWERS, toggleSymptom } from "./symptoms.ts";

test("“no symptoms” and the others rule each other out", () => {
  const ill = answer(toggleSymptom(NO_ANSWERS, "runnyNose"), { cough: "dry", fever: "mild" });
  const none = toggleSymptom(ill, "noSymptoms");
  expect(none).toEqual({ cough: "none", fever: "none", symptoms: ["noSymptoms"] });
  expect(answer(none, { fever: "mild" }).symptoms).toEqual([]);
  expect(toggleSymptom(none, "other").symptoms).toEqual(["other"]);
  expect(toggleSymptom(ill, "runnyNose").symptoms).toEqual([]);
});

test("says what is missing", () => {
  const today = "2026-11-24";
  expect(missingAnswer(NO_ANSWERS, today)).toMatch(/no symptoms/);
  const ill = answer(NO_ANSWERS, { cough: "dry" });
  expect(missingAnswer(ill, today)).toBeUndefined();
  expect(missingAnswer({ ...ill, onset: "" }, today)).toMatch(/day/);
  expect(missingAnswer({ ...ill, onset: "2026-11-25" }, today)).toMatch(/future/);
  expect(missingAnswer({ ...ill, onset: today }, today)).toBeUndefined();
});

test("the memo has the day of the report and no onset unless one is given", () => {
  const ill = answer(NO_ANSWERS, { cough: "dry" });
  const day = 20_000 * 86_400;
  expect(memoOf(ill, day + 4_321)).toEqual({
    reportTime: BigInt(day),
    cough: "dry",
    fever: "none",
    symptoms: [],
  });
  expect(memoOf({ ...ill, onset: "1970-01-03" }, day).earliestSymptom).toBe(172_800n);
});
