import { formatLocale, t } from "../i18n/i18n.ts";

/** Times are the device's; days of memos are UTC's. */
const STYLES = {
  moment: {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  },
  day: { weekday: "short", day: "numeric", month: "short", year: "numeric" },
  weekday: { weekday: "long", day: "numeric", month: "long" },
  utcDay: { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" },
  clock: { hour: "2-digit", minute: "2-digit" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Seconds either side of 1970 that a Date can hold. */
const MAX_DATE_SECONDS = 8.64e12;

/** "Tue, 24 Nov 2026, 14:05", in the device's time zone. @param time unix seconds */
export function formatMoment(time: number): string {
  return formatWith("moment", time);
}

/** "Tue, 24 Nov 2026", in the device's time zone. */
export function formatDay(time: number): string {
  return formatWith("day", time);
}

/** "Tuesday 24 November", in the device's time zone. */
export function formatWeekday(time: number): string {
  return formatWith("weekday", time);
}

/** "24 November 2026": for times that were rounded to a UTC day. */
export function formatUtcDay(time: number | bigint): string {
  return formatWith("utcDay", Number(time));
}

/** "14:05", in the device's time zone. */
export function formatClock(time: number): string {
  return formatWith("clock", time);
}

/** "Tue, 24 Nov 2026, 14:05 to 14:35", with the second day where it is another. */
export function formatSpan(from: number, to: number): string {
  const end = formatDay(from) === formatDay(to) ? formatClock(to) : formatMoment(to);
  return t("{from} to {to}", { from: formatMoment(from), to: end });
}

/** "about 1 hour 5 minutes". @param seconds >= 0 */
export function formatDuration(seconds: number): string {
  const all = Math.round(seconds / 60);
  if (all < 1) return t("less than a minute");
  const [hours, minutes] = [Math.floor(all / 60), all % 60];
  if (hours === 0) return t("about {minutes, plural, one {# minute} other {# minutes}}", { minutes });
  if (minutes === 0) return t("about {hours, plural, one {# hour} other {# hours}}", { hours });
  return t(
    "about {hours, plural, one {# hour} other {# hours}} {minutes, plural, one {# minute} other {# minutes}}",
    { hours, minutes },
  );
}

function formatWith(style: keyof typeof STYLES, time: number): string {
  if (!(Math.abs(time) <= MAX_DATE_SECONDS)) return t("a time that no calendar has");
  const locale = formatLocale();
  const key = `${locale} ${style}`;
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.DateTimeFormat(locale, STYLES[style])));
  return format.format(time * 1000);
}
