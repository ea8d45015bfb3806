import { expect, test } from "vitest";
import { answer, memoOf, NO_ANSWERS, onsetError, toggleSymptom } from "./symptoms.ts";

test("“no symptoms” and the others rule each other out", () => {
  const ill = answer(toggleSymptom(NO_ANSWERS, "runnyNose"), { cough: "dry", fever: "mild" });
  const none = toggleSymptom(ill, "noSymptoms");
  expect(none).toEqual({ ...NO_ANSWERS, symptoms: ["noSymptoms"] });
  expect(answer(none, { fever: "mild" }).symptoms).toEqual([]);
  expect(toggleSymptom(none, "other").symptoms).toEqual(["other"]);
  expect(toggleSymptom(ill, "runnyNose").symptoms).toEqual([]);
});

test("a day that is given must be one, and not to come", () => {
  const today = "2026-11-24";
  const given = answer({ ...NO_ANSWERS, began: "given" }, { cough: "dry" });
  expect(onsetError(given, today)).toMatch(/day/);
  expect(onsetError({ ...given, onset: "2026-11-25" }, today)).toMatch(/future/);
  expect(onsetError({ ...given, onset: today }, today)).toBeUndefined();
  expect(onsetError({ ...given, began: "unknown" }, today)).toBeUndefined();
  expect(onsetError(NO_ANSWERS, today)).toBeUndefined();
});

test("the memo has the day of the report, and that of the onset only where one is given", () => {
  const ill = answer(NO_ANSWERS, { cough: "dry" });
  const day = 20_000 * 86_400;
  const said = { reportTime: BigInt(day), cough: "dry", fever: "none", symptoms: [] };
  const onset = "1970-01-03";
  expect(memoOf(ill, day + 4_321)).toEqual(said);
  expect(memoOf({ ...ill, began: "unknown", onset }, day)).toEqual(said);
  expect(memoOf({ ...ill, began: "unsaid", onset }, day)).toEqual(said);
  expect(memoOf({ ...ill, began: "given", onset }, day).earliestSymptom).toBe(172_800n);
});

test("a report may say nothing of symptoms, and then gives no day either", () => {
  const nothing = { reportTime: 0n, cough: "none", fever: "none", symptoms: [] };
  expect(memoOf({ ...NO_ANSWERS, began: "given", onset: "1970-01-03" }, 0)).toEqual(nothing);
});
