import { formatMoment } from "../../alerts/timeWords.ts";
import { t } from "../../i18n/i18n.ts";
import { dailyFigures, DAYS_SHOWN } from "../../statistics/dailyFigures.ts";
import { MAX_TIMES, type LogActivity } from "../../statistics/readActivity.ts";
import { CopyValue } from "../../ui/copyValue.tsx";
import { EmptyState } from "../../ui/emptyState.tsx";
import { Fact, Facts, Panel } from "../../ui/panel.tsx";
import { formatNumber } from "./figureWords.ts";
import { LogCharts } from "./logCharts.tsx";
import { WaitChart } from "./waitChart.tsx";

/** What was read of a log: all of it in numbers, and its last days in charts. */
export function ActivityView({ activity }: { activity: LogActivity }) {
  const { operator, totals, firstBatchAt, lastBatchAt, asOf, unknownUntil } = activity;
  const days = dailyFigures(activity);
  return (
    <>
      <Panel label={t("The whole log")}>
        <h2 className="text-xl font-semibold">{t("The whole log")}</h2>
        <Facts>
          <Fact name={t("Read up to")}>
            {t("block {number}, {time}", {
              number: formatNumber(asOf.blockNumber),
              time: formatMoment(asOf.time),
            })}
          </Fact>
          <Fact name={t("Operator")}>
            <CopyValue value={operator} name={t("the operator’s address")} />
          </Fact>
          <Fact name={t("Batches")}>{formatNumber(totals.batches)}</Fact>
          <Fact name={t("Entries in batches")}>{formatNumber(totals.entries)}</Fact>
          <Fact name={t("Entries sent directly")}>{formatNumber(totals.direct)}</Fact>
          {firstBatchAt !== undefined && <Fact name={t("First batch")}>{formatMoment(firstBatchAt)}</Fact>}
          {lastBatchAt !== undefined && <Fact name={t("Last batch")}>{formatMoment(lastBatchAt)}</Fact>}
        </Facts>
      </Panel>
      {totals.batches + totals.direct === 0 ? (
        <EmptyState title={t("Nothing has been reported yet")}>
          <p>{t("The log is open, and there is no batch and no entry in it.")}</p>
        </EmptyState>
      ) : (
        <>
          <h2 className="text-xl font-semibold">
            {t("The last {n, plural, one {day} other {# days}}", { n: days.length || DAYS_SHOWN })}
          </h2>
          {unknownUntil !== undefined && (
            <p>
              {t(
                "There is so much that only the newest {n} were looked at. Days that are not known whole are left out.",
                {
                  n: formatNumber(MAX_TIMES),
                },
              )}
            </p>
          )}
          {days.length > 0 && (
            <>
              <LogCharts days={days} />
              <h2 className="text-xl font-semibold">{t("Delay to anchoring")}</h2>
              <WaitChart days={days} />
            </>
          )}
        </>
      )}
    </>
  );
}
