import { summarizeDurations, type Durations } from "./durations.ts";
import type { LogActivity } from "./readActivity.ts";

export const DAY = 86_400;
/** As long as a check looks back. */
export const DAYS_SHOWN = 14;

/** What happened to a log on one day of UTC. */
export interface DayFigures {
  /** When the day begins, unix seconds. */
  day: number;
  batches: number;
  entries: number;
  /** Entries that were sent to the contract without the relayer. */
  direct: number;
  /** How long after the batch before the day's batches came; undefined where there was none to wait for. */
  waits: Durations | undefined;
}

/**
 * The days up to that of the chain's newest block, oldest first, none left out: on a day without a batch there were none.
 * Days that are not known as a whole are not among them.
 */
export function dailyFigures({ asOf, batches, direct, unknownUntil }: LogActivity): DayFigures[] {
  const newest = Math.floor(asOf.time / DAY);
  const known = unknownUntil === undefined ? 0 : Math.floor(unknownUntil / DAY) + 1;
  const batchesOf = Map.groupBy(batches, ({ anchoredAt }) => Math.floor(anchoredAt / DAY));
  const directOf = Map.groupBy(direct, (time) => Math.floor(time / DAY));
  return Array.from({ length: DAYS_SHOWN }, (_, i) => newest - DAYS_SHOWN + 1 + i)
    .filter((day) => day >= known)
    .map((day) => {
      const ofDay = batchesOf.get(day) ?? [];
      return {
        day: day * DAY,
        batches: ofDay.length,
        entries: ofDay.reduce((sum, { entries }) => sum + entries, 0),
        direct: directOf.get(day)?.length ?? 0,
        waits: summarizeDurations(ofDay.flatMap(({ wait }) => wait ?? [])),
      };
    });
}
