import { expect, test } from "vitest";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { rvkOf } from "@tocsin/protocol/tcn/rak.ts";
import { mergeKeys } from "./mergeKeys.ts";

const DAY = 86_400;
const NOW = 100 * DAY;

function key(id: number, startedAt = NOW - DAY, lastIndex = 24) {
  return { rak: new Uint8Array(32).fill(id), startedAt, rotation: 900, firstIndex: 1, lastIndex };
}

test("keeps the further end of a key, and that it was retired", () => {
  const retired = { ...key(1, NOW - DAY, 8), retiredAt: NOW - 60 };
  const merged = mergeKeys([retired], [key(1), key(2), key(2)], new Map(), NOW);
  expect(merged).toEqual({
    changed: [{ ...retired, lastIndex: 24 }, key(2)],
    added: 1,
    duplicates: 2,
    expired: 0,
  });
});

test("a key that a report disclosed comes back retired after it was erased", () => {
  const disclosed = new Map([[toHex(rvkOf(key(1).rak)), 77]]);
  expect(mergeKeys([], [key(1), key(2)], disclosed, NOW).changed).toEqual([
    { ...key(1), retiredAt: 77 },
    key(2),
  ]);
});

test("ignores keys whose last number left the air more than 14 days ago", () => {
  const start = NOW - 14 * DAY - 24 * 900;
  expect(mergeKeys([], [key(1, start - 1), key(2, start)], new Map(), NOW)).toMatchObject({
    changed: [key(2, start)],
    expired: 1,
  });
});
