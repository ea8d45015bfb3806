import { expect, test } from "vitest";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { explainFailure, toFailure } from "./explainError.ts";

test("a hidden batch is named as such, with what to do", () => {
  const { step, meaning, action } = explainFailure(toFailure(new TocsinError("LOG_HEAD_MISMATCH", "x")));
  expect(step).toMatch(/chain/);
  expect(meaning).toMatch(/hides, adds or alters a batch/);
  expect(action).toMatch(/Settings/);
});

test("what nobody expected is explained too", () => {
  const failure = toFailure(new RangeError("too deep"));
  expect(failure).toEqual({ code: "UNEXPECTED", message: "too deep" });
  expect(explainFailure(failure).action).not.toBe("");
  expect(explainFailure({ code: "HEX_INVALID", message: "" }).meaning).not.toBe("");
});
