import { describe, expect, it } from "vitest";
import { createSignedReport } from "../report/create.ts";
import { tckAt, tcnOf } from "../tcn/ratchet.ts";
import type { ContactRecord } from "./contactRecords.ts";
import { ContactIndex, MAX_SPAN } from "./matchReports.ts";

const rak = new Uint8Array(32).fill(3);
const seen = (index: number): ContactRecord => ({
  tcn: tcnOf(tckAt(rak, index)),
  firstSeen: index,
  lastSeen: index,
  samples: 1,
});
const report = (j1: number, j2: number): ReturnType<typeof createSignedReport> =>
  createSignedReport(rak, { j1, j2, memoType: 0, memo: new Uint8Array() });

describe("matching", () => {
  it("finds the numbers j1 to j2, both included, and no others", () => {
    const contacts = Array.from({ length: 12 }, (_, i) => seen(i + 1));
    const found = new ContactIndex(contacts.toReversed()).match(report(4, 9));
    expect(found).toEqual(contacts.slice(3, 9));
    expect(new ContactIndex(contacts).match(report(13, 20))).toEqual([]);
    expect(new ContactIndex([]).match(report(1, 5))).toEqual([]);
  });

  it("finds every record of a number that was seen more than once, however often", () => {
    const contact = seen(5);
    const index = new ContactIndex(Array.from({ length: 200_000 }, () => contact));
    expect(index.match(report(5, 5))).toHaveLength(200_000);
  });

  it("derives nothing for a report of more numbers than the cap", () => {
    const index = new ContactIndex([seen(1)]);
    expect(index.match(report(1, MAX_SPAN))).toHaveLength(1);
    expect(index.match(report(1, MAX_SPAN + 1))).toEqual([]);
  });
});
