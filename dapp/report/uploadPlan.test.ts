import { expect, test } from "vitest";
import type { Source } from "../sync/source.ts";
import type { OwnReport } from "./ownReport.ts";
import {
  allDue,
  postponed,
  scheduleUploads,
  uploadCount,
  waitingUploads,
  withoutDummy,
} from "./uploadPlan.ts";

const NOW = 1_800_000_000;
const log = { chainId: 31_337, registry: `0x${"ab".repeat(20)}`, logId: 1 };
const source: Source = { ...log, name: "", rpc: "", gateways: [], relayer: "" };
const problem = { code: "RELAYER_UNAVAILABLE", message: "no answer" };

const reports = (count: number): OwnReport[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ leaf: String(i), bytes: new Uint8Array(), createdAt: NOW, covers: { from: 0, to: 900 } },
    ...{ memo: new Uint8Array(), log, relayer: "https://relayer.example.org", state: "unsent" },
  }));

test.each([
  [1, 8],
  [8, 8],
  [9, 16],
  [56, 64],
  [65, 128],
])("%i reports make %i uploads", (count, uploads) => {
  expect(uploadCount(count)).toBe(uploads);
  const waiting = waitingUploads(scheduleUploads(reports(count), NOW, 0), [source]);
  expect(waiting.filter(({ isDummy }) => !isDummy)).toHaveLength(count);
  expect(waiting).toHaveLength(uploads);
  expect(waiting.every(({ dueAt }) => dueAt === NOW)).toBe(true);
});

test("spreads reports and dummies alike over the whole span", () => {
  let drawn = 0;
  const plan = scheduleUploads(reports(2), NOW, 3_600, (limit) => (limit / 8) * drawn++);
  const times = waitingUploads(plan, [source]).map(({ dueAt }) => dueAt);
  expect(times.sort()).toEqual(Array.from({ length: 8 }, (_, i) => NOW + 450 * i));
});

test("nothing waits for a source that is not followed, nor what was sent", () => {
  const plan = scheduleUploads(reports(3), NOW, 0);
  expect(waitingUploads(plan, [{ ...source, logId: 2 }])).toEqual([]);
  const received = plan.map((report): OwnReport => ({ ...report, state: "received" }));
  expect(waitingUploads(received, [source]).every(({ isDummy }) => isDummy)).toBe(true);
});

test("one dummy less waits when one was sent", () => {
  const [report] = scheduleUploads(reports(7), NOW, 0) as [OwnReport];
  expect(report.dummiesDueAt).toEqual([NOW]);
  expect(withoutDummy(report, NOW)).not.toHaveProperty("dummiesDueAt");
  expect(withoutDummy({ ...report, dummiesDueAt: [1, 2, 2] }, 2).dummiesDueAt).toEqual([1, 2]);
});

test("what could not be sent is put off, and can be made due again", () => {
  const [report] = scheduleUploads(reports(7), NOW, 0) as [OwnReport];
  const [itself, dummy] = waitingUploads([report], [source]) as [never, never];
  const later = postponed(postponed(report, itself, NOW + 10, problem), dummy, NOW + 20, problem);
  expect(later).toMatchObject({ dueAt: NOW + 310, dummiesDueAt: [NOW + 320], problem });
  expect(allDue(later, NOW + 30)).toMatchObject({ dueAt: NOW + 30, dummiesDueAt: [NOW + 30] });
});
