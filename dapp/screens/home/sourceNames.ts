import { formatLocale } from "../../i18n/i18n.ts";
import { sourceName, type Source } from "../../sync/source.ts";

/** "Lakeside, Hilltop and Log 3 of 0xa1b2c3…". */
export function sourceNames(sources: readonly Source[]): string {
  return new Intl.ListFormat(formatLocale(), { type: "conjunction" }).format(sources.map(sourceName));
}
