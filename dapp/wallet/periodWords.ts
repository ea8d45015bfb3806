import { t } from "../i18n/i18n.ts";

/** "7 days", "12 hours" or "90 minutes": in the largest unit that says it exactly. @param seconds >= 0 */
export function periodWords(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return t("{n, plural, one {# second} other {# seconds}}", { n: seconds });
  if (minutes % 1_440 === 0) return t("{n, plural, one {# day} other {# days}}", { n: minutes / 1_440 });
  if (minutes % 60 === 0) return t("{n, plural, one {# hour} other {# hours}}", { n: minutes / 60 });
  return t("{n, plural, one {# minute} other {# minutes}}", { n: minutes });
}
