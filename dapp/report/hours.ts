import { TocsinError } from "@tocsin/protocol/errors.ts";
import { MAX_SPAN } from "@tocsin/protocol/match/limits.ts";
import {
  airTime,
  planReports,
  type BroadcastTimes,
  type PlannedReport,
  type TimeSpan,
} from "@tocsin/protocol/report/broadcastKeys.ts";
import { RETENTION } from "@tocsin/protocol/match/retention.ts";

export const HOUR = 3_600;

/** An hour in which numbers were sent that have left the air. */
export interface SentHour {
  /** Unix seconds, a whole hour. */
  from: number;
  /** How many numbers were on air in it, for all of it or a part. */
  numbers: number;
}

/**
 * The hours of the retention period that can be reported, oldest first. Hours whose numbers are all still on air are
 * not among them.
 * @param now unix seconds
 */
export function hoursSent(keys: readonly BroadcastTimes[], now: number): SentHour[] {
  const numbers = new Map<number, number>();
  for (const key of keys) {
    const first = Math.max(key.startedAt, now - RETENTION);
    const end = Math.min(airTime(key, key.lastIndex).to, now);
    for (let from = first - (first % HOUR); from < end; from += HOUR) {
      const sent = plan([key], { from, to: from + HOUR }, now).reduce(
        (sum, { j1, j2 }) => sum + j2 - j1 + 1,
        0,
      );
      if (sent > 0) numbers.set(from, (numbers.get(from) ?? 0) + sent);
    }
  }
  return [...numbers].map(([from, count]) => ({ from, numbers: count })).sort((a, b) => a.from - b.from);
}

/**
 * The reports that cover the chosen hours: one for each run of indices of one key. Runs that touch are one report;
 * no report asks its readers for more TCNs than they derive.
 * @param hours starts of hours, unix seconds
 * @param now unix seconds
 * @throws NOTHING_TO_REPORT when no number of these hours has left the air
 */
export function planHours<Key extends BroadcastTimes>(
  keys: readonly Key[],
  hours: readonly number[],
  now: number,
): PlannedReport<Key>[] {
  const plans = spansOf(hours).flatMap((span) => plan(keys, span, now));
  if (plans.length === 0) {
    throw new TocsinError("NOTHING_TO_REPORT", "no number of the chosen hours has left the air");
  }
  return joinRuns(plans).flatMap(splitRun);
}

export function spansOf(hours: readonly number[]): TimeSpan[] {
  const spans: TimeSpan[] = [];
  for (const from of [...hours].sort((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last && from <= last.to) last.to = from + HOUR;
    else spans.push({ from, to: from + HOUR });
  }
  return spans;
}

/**
 * The times for which a report of the chosen hours needs these keys.
 * @param hours starts of hours, unix seconds
 * @param now unix seconds
 */
export function windowsOf(
  keys: readonly BroadcastTimes[],
  hours: readonly number[],
  now: number,
): TimeSpan[] {
  return spansOf(hours.filter((from) => plan(keys, { from, to: from + HOUR }, now).length > 0));
}

/** As planReports, with an empty list where there is nothing. */
function plan<Key extends BroadcastTimes>(
  keys: readonly Key[],
  span: TimeSpan,
  now: number,
): PlannedReport<Key>[] {
  try {
    return planReports(keys, span, now);
  } catch (error) {
    if (error instanceof TocsinError && error.code === "NOTHING_TO_REPORT") return [];
    throw error;
  }
}

/** One number may reach into two chosen spans, so runs can overlap. A key's runs come in order, as the spans do. */
function joinRuns<Key extends BroadcastTimes>(plans: readonly PlannedReport<Key>[]): PlannedReport<Key>[] {
  const runs = new Map<Key, PlannedReport<Key>[]>();
  for (const run of plans) {
    const known = runs.get(run.key) ?? [];
    runs.set(run.key, known);
    const last = known.at(-1);
    if (last && run.j1 <= last.j2 + 1) last.j2 = Math.max(last.j2, run.j2);
    else known.push({ ...run });
  }
  return [...runs.values()].flat();
}

function splitRun<Key extends BroadcastTimes>({ key, j1, j2 }: PlannedReport<Key>): PlannedReport<Key>[] {
  const parts: PlannedReport<Key>[] = [];
  for (let from = j1; from <= j2; from += MAX_SPAN) {
    parts.push({ key, j1: from, j2: Math.min(from + MAX_SPAN - 1, j2) });
  }
  return parts;
}
