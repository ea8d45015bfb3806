import { formatLocale } from "../../i18n/i18n.ts";

/** "1,234.5": as it is written in the user's language. */
export function formatNumber(value: number): string {
  return new Intl.NumberFormat(formatLocale(), { maximumFractionDigits: 1 }).format(value);
}

/** "24 Nov": a day of UTC, for where there is little room. @param time unix seconds */
export function formatShortDay(time: number): string {
  return new Intl.DateTimeFormat(formatLocale(), { day: "numeric", month: "short", timeZone: "UTC" }).format(
    time * 1000,
  );
}
