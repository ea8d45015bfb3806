// One fixed language, so that the page reads the same everywhere; times are the device's.
const moment = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});
const day = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
});
const utcDay = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** Seconds either side of 1970 that a Date can hold. */
const MAX_DATE_SECONDS = 8.64e12;

/** "Tue, 24 Nov 2026, 14:05", in the device's time zone. @param time unix seconds */
export function formatMoment(time: number): string {
  return formatWith(moment, time);
}

/** "Tue, 24 Nov 2026", in the device's time zone. */
export function formatDay(time: number): string {
  return formatWith(day, time);
}

/** "24 November 2026": for times that were rounded to a UTC day. */
export function formatUtcDay(time: number | bigint): string {
  return formatWith(utcDay, Number(time));
}

/** "14:05", in the device's time zone. */
export function formatClock(time: number): string {
  return formatWith(clock, time);
}

/** "Tue, 24 Nov 2026, 14:05 to 14:35", with the second day where it is another. */
export function formatSpan(from: number, to: number): string {
  return `${formatMoment(from)} to ${formatDay(from) === formatDay(to) ? formatClock(to) : formatMoment(to)}`;
}

/** "about 1 hour 5 minutes". @param seconds >= 0 */
export function formatDuration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return "less than a minute";
  const parts = [count(Math.floor(minutes / 60), "hour"), count(minutes % 60, "minute")];
  return `about ${parts.filter((part) => !part.startsWith("0 ")).join(" ")}`;
}

/** "1 batch", "2 batches". */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${value} ${value === 1 ? one : many}`;
}

function formatWith(format: Intl.DateTimeFormat, time: number): string {
  return Math.abs(time) <= MAX_DATE_SECONDS ? format.format(time * 1000) : "a time that no calendar has";
}
