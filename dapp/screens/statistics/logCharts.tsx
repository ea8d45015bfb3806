import { formatUtcDay } from "../../alerts/timeWords.ts";
import { t } from "../../i18n/i18n.ts";
import type { DayFigures } from "../../statistics/dailyFigures.ts";
import { ChartFigure } from "./chartFigure.tsx";
import { formatNumber, formatShortDay } from "./figureWords.ts";

/** How many batches and entries came on each day. @param days at least one */
export function LogCharts({ days }: { days: readonly DayFigures[] }) {
  const chartOf = (column: string, valueOf: (day: DayFigures) => number) => ({
    bars: days.map((figures) => ({
      key: String(figures.day),
      name: formatShortDay(figures.day),
      value: valueOf(figures),
    })),
    xLabel: t("Day (UTC)"),
    table: {
      columns: [t("Day (UTC)"), column],
      rows: days.map((figures) => [formatShortDay(figures.day), formatNumber(valueOf(figures))]),
    },
  });
  const sum = (valueOf: (day: DayFigures) => number): number =>
    days.reduce((total, figures) => total + valueOf(figures), 0);
  const span = { from: formatUtcDay(days[0]!.day), to: formatUtcDay(days.at(-1)!.day) };
  const [batches, entries, direct] = [sum((d) => d.batches), sum((d) => d.entries), sum((d) => d.direct)];
  return (
    <>
      <ChartFigure
        title={t("Batches a day")}
        summary={t("{n, plural, =0 {No batch} one {# batch} other {# batches}} from {from} to {to}.", {
          n: batches,
          ...span,
        })}
        yLabel={t("batches")}
        {...chartOf(t("Batches"), (figures) => figures.batches)}
      />
      <ChartFigure
        title={t("Reports a day")}
        summary={t(
          "{n, plural, =0 {No entry} one {# entry} other {# entries}} in batches from {from} to {to}. Entries are reports, " +
            "and a relayer may add one more to each batch, an index for slow connections.",
          { n: entries, ...span },
        )}
        yLabel={t("entries")}
        {...chartOf(t("Entries in batches"), (figures) => figures.entries)}
      />
      {direct === 0 ? (
        <p>
          {t("Nothing was sent to the contract directly, without the relayer, from {from} to {to}.", span)}
        </p>
      ) : (
        <ChartFigure
          title={t("Sent directly a day")}
          summary={t(
            "{n, plural, one {# entry was} other {# entries were}} sent to the contract directly, without the relayer, " +
              "from {from} to {to}. Not all of them need to be reports.",
            { n: direct, ...span },
          )}
          yLabel={t("entries")}
          {...chartOf(t("Entries sent directly"), (figures) => figures.direct)}
        />
      )}
    </>
  );
}
