import { t } from "../../i18n/i18n.ts";
import type { Store } from "../../storage/store.ts";
import { useStored } from "../../storage/useStored.ts";
import { ownDelays } from "../../statistics/ownDelays.ts";
import type { Source } from "../../sync/source.ts";
import { Button } from "../../ui/button.tsx";
import { Panel } from "../../ui/panel.tsx";
import { ProgressBar } from "../../ui/progressBar.tsx";
import { usePage } from "../context.ts";
import { FailureView } from "../failureView.tsx";
import { ActivityView } from "./activityView.tsx";
import { formatNumber } from "./figureWords.ts";
import { OwnDelaysView } from "./ownDelaysView.tsx";
import { useActivity } from "./useActivity.ts";

const loadReports = (store: Store) => store.ownReports();

/** The statistics of one source: nothing is read before the user asks for it. */
export function SourceStatistics({ source }: { source: Source }) {
  const { store } = usePage();
  const delays = ownDelays(useStored(store, loadReports) ?? [], source);
  const { state, read, cancel } = useActivity(source);
  return (
    <>
      <p>
        {t(
          "The numbers are read from the chain and verified, as at every check. {host} sees that your network address reads " +
            "this log, and nothing about you or your contacts.",
          { host: new URL(source.rpc).host },
        )}
      </p>
      {state.status === "reading" ? (
        <Panel label={t("Reading the log")}>
          <div className="flex flex-wrap justify-between gap-x-4">
            <span>
              {state.progress.total === 0 ? t("Reading the log…") : t("Reading when its blocks were made…")}
            </span>
            {state.progress.total > 0 && (
              <span className="text-muted">
                {t("{done} of {total}", {
                  done: formatNumber(state.progress.done),
                  total: formatNumber(state.progress.total),
                })}
              </span>
            )}
          </div>
          <ProgressBar label={t("Reading the log")} value={state.progress.done} max={state.progress.total} />
          <div>
            <Button onClick={cancel}>{t("Cancel")}</Button>
          </div>
        </Panel>
      ) : (
        <div>
          <Button look={state.status === "read" ? "plain" : "main"} onClick={read}>
            {state.status === "read" ? t("Read the log again") : t("Read the log")}
          </Button>
        </div>
      )}
      <div role="status" className="sr-only">
        {state.status === "read" && <p>{t("The log was read. Its numbers follow.")}</p>}
      </div>
      {state.status === "failed" && (
        <FailureView title={t("The log could not be read")} failure={state.failure} />
      )}
      {state.status === "read" && <ActivityView activity={state.activity} />}
      {delays.length > 0 && (
        <>
          <h2 className="text-xl font-semibold">{t("Your own reports")}</h2>
          <OwnDelaysView delays={delays} />
        </>
      )}
    </>
  );
}
