import { expect, test } from "vitest";
import { packContacts, summarize, unpackContacts } from "./packedContacts.ts";

const records = [
  { tcn: new Uint8Array(16).fill(1), firstSeen: 100, lastSeen: 200, samples: 3 },
  {
    tcn: new Uint8Array(16).fill(2),
    firstSeen: 2 ** 53 - 1,
    lastSeen: 2 ** 53 - 1,
    minDistance: 0,
    averageDistance: 1.5151,
    samples: 1,
  },
  { tcn: new Uint8Array(16).fill(3), firstSeen: 50, lastSeen: 90, averageDistance: 2, samples: 7 },
];

test("records come back as they were", () => {
  expect(unpackContacts(packContacts(records))).toEqual(records);
  expect(unpackContacts(packContacts([]))).toEqual([]);
});

test("a record holds only its own bytes", () => {
  expect(unpackContacts(packContacts(records)).map(({ tcn }) => tcn.buffer.byteLength)).toEqual([16, 16, 16]);
});

test("the summary spans all days", () => {
  expect(summarize([])).toEqual({ count: 0 });
  const before = summarize([packContacts(records.slice(0, 1))]);
  expect(summarize([packContacts(records.slice(2))], before)).toEqual({ count: 2, from: 50, to: 200 });
  expect(summarize([packContacts(records.slice(0, 1)), packContacts(records.slice(2))])).toEqual({
    count: 2,
    from: 50,
    to: 200,
  });
});
