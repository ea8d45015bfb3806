import { expect, test } from "vitest";
import { reportEntry } from "../entry/entry.ts";
import { sharedKernel } from "../kernel/sharedKernel.ts";
import type { DirectEntry } from "../log/direct.ts";
import type { ContactRecord } from "../match/contactRecords.ts";
import { ContactTable } from "../match/contactTable.ts";
import { HitCollector } from "./collectHits.ts";
import { matchEntries } from "./matchBatch.ts";
import type { MatchedReport } from "./matchedReport.ts";
import { settle } from "./settle.ts";
import { contactOf, entryOf, reportOf } from "./support/community.ts";

const MANY = 1_000;

test("1,000 records of one number and 1,000 reports of it cost their sum, not their product", () => {
  const entries = Array.from({ length: MANY }, (_, i) =>
    reportEntry(reportOf(1, 1, 2, { memo: new Uint8Array([i & 255, i >> 8]) }).bytes),
  );
  const records = Array.from({ length: MANY }, (_, i) => contactOf(1, 2, 1_000 + i, 1_001 + i));
  const { table, work } = countedTable(records);
  const collector = new HitCollector(table, 0);
  const match = matchEntries(sharedKernel(), table, entries);
  collector.addDirect(
    match,
    entries.map((entry, index) => ({ place: directAt(entry, index), anchoredAt: 9_000 })),
  );
  const matched = collector.hits.map(({ contacts, report, leaf, anchoredAt }) => ({
    contacts,
    report: { report, leaf, anchoredAt } as MatchedReport,
  }));
  const { exposures, replays } = settle(matched, new Set());

  expect(replays).toEqual([]);
  expect(exposures).toHaveLength(1);
  expect(exposures[0]?.contacts).toEqual(records);
  expect(exposures[0]?.reports).toHaveLength(MANY);
  expect(work.steps).toBeGreaterThan(2 * MANY);
  expect(work.steps).toBeLessThan(10 * MANY);
});

test("all records of a number that was seen more than once are found, but those that are too old", () => {
  const records = [1, 100, 200].map((seen) => contactOf(1, 2, seen, seen + 5));
  const collector = new HitCollector(ContactTable.from(records), 50);
  const entry = entryOf(1, 1, 2);
  const match = matchEntries(sharedKernel(), ContactTable.from(records), [entry]);
  collector.addDirect(match, [{ place: directAt(entry, 0), anchoredAt: 9_000 }]);
  expect(collector.hits.map(({ contacts }) => contacts)).toEqual([[records.slice(1)]]);
});

/** An entry of a lane, each with a leaf of its own. */
function directAt(entry: Uint8Array, index: number): DirectEntry {
  const leaf = new Uint8Array([index & 255, index >> 8]);
  return { blockNumber: 1, blockHash: "", transactionHash: "", logIndex: index, index, leaf, entry };
}

/** A table that counts what is asked of it, and how often the times of its records are read. */
function countedTable(records: readonly ContactRecord[]): { table: ContactTable; work: { steps: number } } {
  const table = ContactTable.from(records);
  const work = { steps: 0 };
  const counted: Pick<ContactTable, "find" | "next" | "record"> = {
    find: (words, at) => (work.steps++, table.find(words, at)),
    next: (record) => (work.steps++, table.next(record)),
    record: (number) => {
      const { firstSeen, lastSeen, ...rest } = table.record(number);
      return {
        ...rest,
        get firstSeen() {
          work.steps++;
          return firstSeen;
        },
        get lastSeen() {
          work.steps++;
          return lastSeen;
        },
      };
    },
  };
  return { table: counted as ContactTable, work };
}
