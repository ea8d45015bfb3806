import { expect, test } from "vitest";
import { mergeContacts } from "./mergeContacts.ts";

const DAY = 86_400;
const NOW = 100 * DAY;

function contact(id: number, firstSeen: number, samples = 1, lasts = 600) {
  return { tcn: new Uint8Array(16).fill(id), firstSeen, lastSeen: firstSeen + lasts, samples };
}

test("keeps new records and merges those of one sighting, in storage and in the file", () => {
  const stored = contact(1, NOW - DAY, 2);
  const grown = contact(1, NOW - DAY, 5, 900);
  const other = contact(2, NOW - DAY);
  const merged = mergeContacts([stored], [stored, grown, other, other], NOW);
  expect(merged).toEqual({ records: [grown, other], added: 1, duplicates: 3, expired: 0 });
});

test("one TCN at two times is two sightings", () => {
  const merged = mergeContacts([contact(1, NOW - DAY)], [contact(1, NOW - 2 * DAY)], NOW);
  expect(merged).toMatchObject({ added: 1, duplicates: 0 });
});

test("ignores what was last seen more than 14 days ago", () => {
  const old = contact(1, NOW - 14 * DAY - 1, 1, 0);
  const kept = contact(2, NOW - 14 * DAY - 600, 1, 600);
  expect(mergeContacts([], [old, kept], NOW)).toEqual({
    records: [kept],
    added: 1,
    duplicates: 0,
    expired: 1,
  });
});
