import { useState } from "react";
import { Link } from "wouter";
import { t } from "../i18n/i18n.ts";
import { hoursSent } from "../report/hours.ts";
import { useBroadcasts } from "../recorder/useBroadcasts.ts";
import { useFollowReports } from "../report/useFollowReports.ts";
import type { Store } from "../storage/store.ts";
import { useStored } from "../storage/useStored.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { EmptyState } from "../ui/emptyState.tsx";
import { ScreenHeading } from "../ui/heading.tsx";
import { useNow } from "../ui/useNow.ts";
import { usePage } from "./context.ts";
import { RecorderProblem } from "./recorder/recorderProblem.tsx";
import { OwnReports } from "./report/ownReports.tsx";
import { ReportFlow } from "./report/reportFlow.tsx";
import { SendingPlan } from "./report/sendingPlan.tsx";

const load = async (store: Store) => ({ keys: await store.keys(), reports: await store.ownReports() });

export default function ReportScreen() {
  const { store, sources, recorder } = usePage();
  const broadcasts = useBroadcasts(store, recorder.connection?.token);
  // Which hours there are is not known before the recorder was asked.
  const times = recorder.connection ? broadcasts.times : [];
  const stored = useStored(store, load);
  const now = useNow();
  const [busy, setBusy] = useState(false);
  useFollowReports(store, sources);
  if (!stored) return null;
  const keys = stored.keys.filter((key) => key.retiredAt === undefined);
  const hours = hoursSent([...keys, ...(times ?? [])], now);
  const withRelayer = sources.filter(({ relayer }) => relayer !== "");
  const canReport = withRelayer.length > 0;
  return (
    <>
      <ScreenHeading>{t("Report an illness")}</ScreenHeading>
      <p>
        {t(
          "If you have fallen ill you can publish the contact numbers that your device sent in the hours that you choose. " +
            "Whoever was near you then can find out, without learning from this page who you are.",
        )}
      </p>
      {!canReport && (
        <EmptyState title={t("There is nobody to report to yet")}>
          <p>
            {sources.length > 0
              ? t("No source that you follow names a relayer, which takes reports.")
              : t("You follow no source yet.")}
          </p>
          <Link href="/sources" className={buttonClass("main")}>
            {t("Open sources")}
          </Link>
        </EmptyState>
      )}
      {broadcasts.problem && (
        <RecorderProblem title={t("The hours of your recorder are missing")} problem={broadcasts.problem}>
          <div>
            <Button onClick={() => void broadcasts.ask()}>{t("Try again")}</Button>
          </div>
        </RecorderProblem>
      )}
      {!times && <p role="status">{t("Asking the recorder…")}</p>}
      {canReport && times && !busy && hours.length === 0 && (
        <EmptyState
          title={
            stored.keys.length > keys.length
              ? t("All of it has been reported")
              : t("There is nothing to report yet")
          }
        >
          <p>
            {stored.keys.length > keys.length
              ? t(
                  "The keys on this device have been reported, and there are no others. A new key must be used for " +
                    "broadcasting; its hours can be reported once it is imported.",
                )
              : t("There are no broadcast keys on this device whose numbers have left the air.")}
          </p>
          <Link href="/data" className={buttonClass("main")}>
            {t("Import broadcast keys")}
          </Link>
        </EmptyState>
      )}
      {canReport && times && (busy || hours.length > 0) && (
        <ReportFlow
          sources={withRelayer}
          keys={keys}
          broadcasts={times}
          hours={hours}
          reports={stored.reports}
          onBusy={setBusy}
          onKeysMoved={broadcasts.ask}
        />
      )}
      <SendingPlan reports={stored.reports} />
      {stored.reports.length > 0 && <OwnReports reports={stored.reports} />}
    </>
  );
}
