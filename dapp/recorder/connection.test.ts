import { expect, test } from "vitest";
import { readConnection, readRecorderUrl } from "./connection.ts";

const token = "A".repeat(42) + "_";
const stored = { url: "http://127.0.0.1:8430", token, name: "workshop", revision: 7, records: 3 };

test.each([
  ["http://127.0.0.1:8430", "http://127.0.0.1:8430"],
  ["http://localhost:8430/", "http://localhost:8430"],
  ["http://[::1]:9/v1/status?x", "http://[::1]:9"],
])("%s is an address of this device", (text, origin) => {
  expect(readRecorderUrl(text)).toBe(origin);
});

test.each([
  "",
  "127.0.0.1:8430",
  "https://127.0.0.1:8430",
  "http://127.0.0.1.example.org:8430",
  "http://192.168.0.7:8430",
  "http://localhost.example.org",
  "http://127.0.0.1@example.org",
  "javascript:alert(1)",
  7,
  undefined,
])("%s is none: what goes there is not encrypted", (text) => {
  expect(readRecorderUrl(text)).toBeUndefined();
});

test("a connection is read back as it was stored", () => {
  const whole = { ...stored, followedAt: 5, erasedAt: 6, keyRequest: "0a-B_" };
  expect(readConnection(stored)).toEqual(stored);
  expect(readConnection(whole)).toEqual(whole);
});

test.each([
  undefined,
  null,
  "text",
  [],
  { ...stored, token: "short" },
  { ...stored, token: `${token}A` },
  { ...stored, token: 5 },
  { ...stored, url: "http://example.org" },
])("%j is no connection", (value) => {
  expect(readConnection(value)).toBeUndefined();
});

test("what cannot be read of the rest is as at the beginning, and a name turns no direction of writing", () => {
  const odd = { revision: -1, records: 1.5, followedAt: "5", erasedAt: Number.NaN, keyRequest: "../status" };
  expect(readConnection({ ...stored, ...odd, name: "a\u202Eb\n" })).toEqual({
    ...{ url: stored.url, token, name: "ab" },
    ...{ revision: 0, records: 0 },
  });
  expect(readConnection({ ...stored, name: "x".repeat(500) })?.name).toHaveLength(60);
});
