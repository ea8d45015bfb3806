import { sourceId, type Source } from "../sync/source.ts";
import type { OwnReport, Problem } from "./ownReport.ts";
import { randomBelow, type RandomBelow } from "./randomBelow.ts";

const FEWEST_UPLOADS = 8;
/** Seconds after which what could not be sent is tried again. */
const RETRY_AFTER = 300;

/** Over how many seconds uploads can be spread; 0 sends them one after the other. */
export const SPREADS = [0, 3_600, 6 * 3_600, 24 * 3_600] as const;
export type Spread = (typeof SPREADS)[number];

/** Something to be sent: a report, or in the name of a report a dummy. */
export interface Upload {
  leaf: string;
  isDummy: boolean;
  /** Unix seconds. */
  dueAt: number;
}

/**
 * How many uploads a submission makes.
 *
 * Invariant: 8, 16, 32 … and nothing between, whatever the number of reports in it. Whoever counts uploads learns at
 * most between which two of these that number is.
 */
export function uploadCount(reports: number): number {
  let uploads = FEWEST_UPLOADS;
  while (uploads < reports) uploads *= 2;
  return uploads;
}

/**
 * Gives each report of one submission the time at which it is to be sent, and adds dummies. All times are drawn alike, so
 * neither their order nor the gaps between them tell which is which.
 * @param now unix seconds
 */
export function scheduleUploads(
  reports: readonly OwnReport[],
  now: number,
  spread: Spread,
  below: RandomBelow = randomBelow,
): OwnReport[] {
  const draw = (): number => (spread === 0 ? now : now + below(spread));
  const dummiesDueAt = Array.from({ length: uploadCount(reports.length) - reports.length }, draw);
  return reports.map((report, i) => ({
    ...report,
    dueAt: draw(),
    ...(i === 0 && dummiesDueAt.length > 0 ? { dummiesDueAt } : {}),
  }));
}

/** What is still to be sent to the relayers of these sources. */
export function waitingUploads(reports: readonly OwnReport[], sources: readonly Source[]): Upload[] {
  const followed = new Set(sources.map(sourceId));
  return reports
    .filter(({ log }) => followed.has(sourceId(log)))
    .flatMap(({ leaf, state, dueAt = 0, dummiesDueAt = [] }) => [
      ...(state === "unsent" ? [{ leaf, isDummy: false, dueAt }] : []),
      ...dummiesDueAt.map((dueAt) => ({ leaf, isDummy: true, dueAt })),
    ]);
}

/** The report without a dummy that was sent. */
export function withoutDummy({ dummiesDueAt = [], ...report }: OwnReport, dueAt: number): OwnReport {
  const sent = dummiesDueAt.indexOf(dueAt);
  const left = dummiesDueAt.filter((_, i) => i !== sent);
  return left.length === 0 ? report : { ...report, dummiesDueAt: left };
}

/** The report with an upload that could not be sent put off. A dummy is tried again as a report is, to look like one. */
export function postponed(report: OwnReport, upload: Upload, now: number, problem: Problem): OwnReport {
  const dueAt = now + RETRY_AFTER;
  if (!upload.isDummy) return { ...report, dueAt, problem };
  const others = withoutDummy(report, upload.dueAt).dummiesDueAt ?? [];
  return { ...report, dummiesDueAt: [...others, dueAt] };
}

/** The report with all of its uploads due. @param now unix seconds */
export function allDue(report: OwnReport, now: number): OwnReport {
  const { state, dummiesDueAt } = report;
  return {
    ...report,
    ...(state === "unsent" ? { dueAt: now } : {}),
    ...(dummiesDueAt ? { dummiesDueAt: dummiesDueAt.map(() => now) } : {}),
  };
}
