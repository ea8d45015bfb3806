import { msg } from "../i18n/i18n.ts";

const UNITS = [
  { seconds: 86_400, name: msg("days") },
  { seconds: 3_600, name: msg("hours") },
  { seconds: 60, name: msg("minutes") },
  { seconds: 1, name: msg("seconds") },
] as const;

/** A unit of time; its name is a message. */
export type TimeUnit = (typeof UNITS)[number];

/** The largest unit of which the longest of some durations has at least three: its numbers are short, and tell apart. */
export function timeUnitFor(longest: number): TimeUnit {
  return UNITS.find(({ seconds }) => longest >= 3 * seconds) ?? UNITS[3];
}
