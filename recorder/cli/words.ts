import type { TimeSpan } from "@tocsin/protocol/report/broadcastKeys.ts";

const DAY: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "short", year: "numeric" };
const MINUTE: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

/** A time as the clock on the wall shows it: Sun 1 Mar 2026 18:00 CET. */
export function localTime(unixSeconds: number): string {
  return `${format(unixSeconds, DAY)} ${clockTime(unixSeconds)}`;
}

/** A span of time: Sun 1 Mar 2026 18:00 to 19:30 CET. */
export function localSpan({ from, to }: TimeSpan): string {
  const day = format(from, DAY);
  const end = day === format(to, DAY) ? clockTime(to) : localTime(to);
  return `${day} ${format(from, MINUTE)} to ${end}`;
}

/** A span of time as few times as possible: spans that touch or overlap become one, in order. */
export function joinSpans(spans: readonly TimeSpan[]): TimeSpan[] {
  const joined: TimeSpan[] = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
}

/** A number with its noun: 1 contact, 2 contacts. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function clockTime(unixSeconds: number): string {
  return format(unixSeconds, { ...MINUTE, timeZoneName: "short" });
}

function format(unixSeconds: number, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat("en-GB", options).format(unixSeconds * 1000).replace(",", "");
}
