import { expect, test } from "vitest";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { explainFailure, toFailure, type Failure } from "./explainError.ts";
import { EXPLANATIONS } from "./explanations.ts";

test("a hidden batch is named as such, with what to do", () => {
  const { step, meaning, action } = explainFailure(toFailure(new TocsinError("LOG_HEAD_MISMATCH", "x")));
  expect(step).toMatch(/chain/);
  expect(meaning).toMatch(/hides, adds or alters a batch/);
  expect(action).toMatch(/“Sources”/);
});

test("what nobody expected is explained too, and a code that another version of the page stored", () => {
  const failure = toFailure(new RangeError("too deep"));
  expect(failure).toEqual({ code: "UNEXPECTED", message: "too deep" });
  const words = explainFailure(failure);
  expect(explainFailure({ code: "toString", message: "" } as unknown as Failure)).toEqual(words);
  expect(words.action).not.toBe("");
});

test("every explanation has its step, its meaning and what to do", () => {
  for (const explanation of Object.values(EXPLANATIONS)) {
    expect(Object.values(explanation).filter((words) => /^[A-Z].*[^ ]$/.test(words))).toHaveLength(3);
  }
});
