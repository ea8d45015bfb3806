import { t } from "../../i18n/i18n.ts";
import type { DayFigures } from "../../statistics/dailyFigures.ts";
import { timeUnitFor } from "../../statistics/timeUnit.ts";
import { ChartFigure } from "./chartFigure.tsx";
import { formatNumber, formatShortDay } from "./figureWords.ts";

/** How far apart the batches of each day came: what of the delay to anchoring is public. */
export function WaitChart({ days }: { days: readonly DayFigures[] }) {
  const longest = Math.max(0, ...days.map(({ waits }) => waits?.longest ?? 0));
  const { seconds, name } = timeUnitFor(Math.max(0, ...days.map(({ waits }) => waits?.median ?? 0)));
  const unit = t(name);
  const inUnit = (time: number): number => time / seconds;
  const words = (time: number | undefined): string =>
    time === undefined ? t("none") : formatNumber(inUnit(time));
  return (
    <>
      <p>
        {t(
          "When a report reached the relayer is not public, and should not be. Public is how far apart the batches are. " +
            "A relayer that works as it should puts a report into its next batch, so hardly any report waited longer than " +
            "that. Where nobody reports, batches are far apart as well.",
        )}
      </p>
      {days.every(({ waits }) => waits === undefined) ? (
        <p>{t("No batch followed another one in these days.")}</p>
      ) : (
        <ChartFigure
          title={t("Time between batches")}
          summary={t(
            "The bars show each day’s median time from one batch to the next, in {unit}. The longest time was {longest} " +
              "{unit}. A day without a bar had no batch that followed another one.",
            { unit, longest: formatNumber(inUnit(longest)) },
          )}
          bars={days.map(({ day, waits }) => ({
            key: String(day),
            name: formatShortDay(day),
            value: waits && inUnit(waits.median),
          }))}
          xLabel={t("Day (UTC)")}
          yLabel={unit}
          table={{
            columns: [
              t("Day (UTC)"),
              t("Shortest, {unit}", { unit }),
              t("Median, {unit}", { unit }),
              t("Longest, {unit}", { unit }),
            ],
            rows: days.map(({ day, waits }) => [
              formatShortDay(day),
              words(waits?.shortest),
              words(waits?.median),
              words(waits?.longest),
            ]),
          }}
        />
      )}
    </>
  );
}
