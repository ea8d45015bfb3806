import { expect, test } from "vitest";
import { DEFAULT_PREFERENCES, readPreferences } from "./preferences.ts";

test("preferences come back from storage as they were", () => {
  const chosen = { language: "de", theme: "dark", slowLink: true, onboarded: true } as const;
  expect(readPreferences(chosen)).toEqual(chosen);
});

test.each([undefined, null, 5, "text", [], {}])("%j counts as nothing chosen", (value) => {
  expect(readPreferences(value)).toEqual(DEFAULT_PREFERENCES);
});

test.each([
  [{ language: "xx" }],
  [{ language: "toString" }],
  [{ language: undefined }],
  [{ theme: "pink" }],
  [{ slowLink: "on", onboarded: 1 }],
])("what cannot be read of %j is as by default", (value) => {
  expect(readPreferences(value)).toEqual(DEFAULT_PREFERENCES);
});
