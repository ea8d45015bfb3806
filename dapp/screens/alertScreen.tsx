import { useEffect } from "react";
import { Link, useLocation } from "wouter";
import { loadAlerts, namesOfLogs } from "../alerts/loadAlerts.ts";
import { sortByRelevance } from "../alerts/relevance.ts";
import { formatDay, formatSpan } from "../alerts/timeWords.ts";
import { t } from "../i18n/i18n.ts";
import { unixNow } from "../storage/clock.ts";
import { useStored } from "../storage/useStored.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { ConfirmButton } from "../ui/confirmButton.tsx";
import { ScreenHeading } from "../ui/heading.tsx";
import { Fact, Facts, Panel } from "../ui/panel.tsx";
import { useNow } from "../ui/useNow.ts";
import { Doubt } from "./alerts/doubt.tsx";
import { NoAlert } from "./alerts/noAlert.tsx";
import { WhatToDo } from "./alerts/whatToDo.tsx";
import { usePage } from "./context.ts";
import { ExposureFacts } from "./exposureFacts.tsx";
import { ReportedFacts } from "./reportedFacts.tsx";

/** One exposure: what is known of it, and what to do. */
export default function AlertScreen({ id }: { id: string }) {
  const { store, sources, policy } = usePage();
  const [, go] = useLocation();
  const now = useNow();
  const stored = useStored(store, loadAlerts);
  const alert = stored?.alerts.find((each) => each.id === id);
  const isUnread = alert !== undefined && alert.mark.readAt === undefined;
  useEffect(() => {
    if (isUnread) void store.results.mark(id, { readAt: unixNow() });
  }, [store, id, isUnread]);
  if (!stored) return null;
  if (!alert) return <NoAlert />;

  const { firstSeen, lastSeen, mark, reports } = alert;
  const reasons = sortByRelevance([alert], policy, now).lessRelevant[0]?.reasons;
  const log = namesOfLogs(stored.alerts, sources)(alert);
  const remove = async (): Promise<void> => {
    await store.results.mark(id, { deletedAt: unixNow() });
    go("/alerts");
  };
  return (
    <>
      <p>
        <Link href="/alerts" className="inline-flex min-h-11 items-center underline">
          {t("All alerts")}
        </Link>
      </p>
      <ScreenHeading>{t("Encounter of {day}", { day: formatDay(firstSeen) })}</ScreenHeading>
      {mark.deletedAt !== undefined && (
        <Panel tone="caution">
          <p>{t("You deleted this alert, so it is not in the list.")}</p>
          <div>
            <Button onClick={() => void store.results.mark(id, { deletedAt: undefined })}>
              {t("Show it again")}
            </Button>
          </div>
        </Panel>
      )}
      {mark.doubtedAt !== undefined && (
        <p className="font-medium">{t("You marked it: this can’t be right.")}</p>
      )}
      <Panel label={t("Encounter")}>
        <p>
          {reasons
            ? t("You were near somebody who later sent a report, but it does not count as relevant.")
            : t("You were near somebody who later sent a report.")}
        </p>
        <Facts>
          {reasons && <Fact name={t("Why less relevant")}>{reasons.join("; ")}</Fact>}
          <Fact name={t("When")}>{formatSpan(firstSeen, lastSeen)}</Fact>
          <ExposureFacts exposure={alert} />
          <ReportedFacts reports={reports} />
          {log !== undefined && <Fact name={t("Log")}>{log}</Fact>}
        </Facts>
      </Panel>
      <WhatToDo />
      <Doubt mark={mark} />
      <div className="flex flex-wrap gap-3">
        <Link href={`/alerts/${id}/proof`} className={buttonClass("plain")}>
          {t("Show the proof")}
        </Link>
        {mark.deletedAt === undefined && (
          <ConfirmButton
            label={t("Delete this alert")}
            question={t("Delete this alert?")}
            warning={t(
              "It is not listed any more, though later checks find it again. You can have it back on the list of alerts.",
            )}
            confirm={t("Delete")}
            onConfirm={() => void remove()}
          />
        )}
      </div>
    </>
  );
}
