import { formatMoment } from "../../alerts/timeWords.ts";
import { t } from "../../i18n/i18n.ts";
import { summarizeDurations } from "../../statistics/durations.ts";
import type { OwnDelay } from "../../statistics/ownDelays.ts";
import { timeUnitFor } from "../../statistics/timeUnit.ts";
import { ChartFigure } from "./chartFigure.tsx";
import { formatNumber } from "./figureWords.ts";

/** More would be no picture any more. */
const MAX_SHOWN = 20;

/** How long the user's own reports took to be anchored. @param delays at least one */
export function OwnDelaysView({ delays }: { delays: readonly OwnDelay[] }) {
  const shown = delays.slice(-MAX_SHOWN);
  // The chain's clock and the device's may differ.
  const secondsOf = ({ signedAt, anchoredAt }: OwnDelay): number => Math.max(0, anchoredAt - signedAt);
  const { median, longest } = summarizeDurations(shown.map(secondsOf))!;
  const { seconds, name } = timeUnitFor(longest);
  const unit = t(name);
  return (
    <ChartFigure
      title={t("Time from signing to anchoring")}
      summary={t(
        "{n, plural, one {Your report} other {Your last # reports}} took {median} {unit} to be anchored in the median, and " +
          "{longest} {unit} at most. Reports that this device sent spread over time take longer by that. Only this " +
          "device knows these numbers.",
        {
          n: shown.length,
          median: formatNumber(median / seconds),
          longest: formatNumber(longest / seconds),
          unit,
        },
      )}
      bars={shown.map((delay, i) => ({
        key: delay.leaf,
        name: formatNumber(delays.length - shown.length + i + 1),
        value: secondsOf(delay) / seconds,
      }))}
      xLabel={t("Report, in the order of signing")}
      yLabel={unit}
      table={{
        columns: [t("Report"), t("Anchored"), t("Took, {unit}", { unit }), t("Within the promised time")],
        rows: shown.map((delay, i) => [
          formatNumber(delays.length - shown.length + i + 1),
          formatMoment(delay.anchoredAt),
          formatNumber(secondsOf(delay) / seconds),
          delay.deadline === undefined
            ? t("no receipt")
            : delay.anchoredAt <= delay.deadline
              ? t("yes")
              : t("no"),
        ]),
      }}
    />
  );
}
