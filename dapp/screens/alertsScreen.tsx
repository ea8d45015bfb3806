import { Link } from "wouter";
import { loadAlerts, namesOfLogs } from "../alerts/loadAlerts.ts";
import { sortByRelevance } from "../alerts/relevance.ts";
import { formatMoment } from "../alerts/timeWords.ts";
import { t } from "../i18n/i18n.ts";
import { useStored } from "../storage/useStored.ts";
import { buttonClass } from "../ui/button.tsx";
import { EmptyState } from "../ui/emptyState.tsx";
import { ScreenHeading } from "../ui/heading.tsx";
import { useNow } from "../ui/useNow.ts";
import { DeletedAlerts } from "./alerts/deletedAlerts.tsx";
import { PolicyDisclosure } from "./alerts/policyDisclosure.tsx";
import { usePage } from "./context.ts";
import { ExposureCard } from "./exposureCard.tsx";

/** Everything that the last checks of all logs found. */
export default function AlertsScreen() {
  const { store, sources, policy } = usePage();
  const now = useNow();
  const stored = useStored(store, loadAlerts);
  if (!stored) return null;
  const { alerts, checkedAt } = stored;
  const shown = alerts.filter(({ mark }) => mark.deletedAt === undefined);
  const deleted = alerts.filter(({ mark }) => mark.deletedAt !== undefined);
  const unread = shown.filter(({ mark }) => mark.readAt === undefined).length;
  const { relevant, lessRelevant } = sortByRelevance(shown, policy, now);
  const nameOf = namesOfLogs(alerts, sources);
  return (
    <>
      <ScreenHeading>{t("Alerts")}</ScreenHeading>
      {alerts.length === 0 && <NoAlerts checkedAt={checkedAt} />}
      {shown.length > 0 && (
        <p>
          {t("{n, plural, one {# encounter} other {# encounters}} with somebody who reported.", {
            n: shown.length,
          })}{" "}
          {unread > 0 && t("{n, plural, one {# is} other {# are}} not read yet.", { n: unread })}
        </p>
      )}
      {relevant.length > 0 && <h2 className="pt-2 text-xl font-semibold">{t("Relevant")}</h2>}
      {relevant.map((alert) => (
        <ExposureCard key={alert.id} exposure={alert} mark={alert.mark} log={nameOf(alert)} />
      ))}
      {lessRelevant.length > 0 && (
        <>
          <h2 className="pt-2 text-xl font-semibold">{t("Less relevant")}</h2>
          <p>{t("These do not meet all of what counts as relevant.")}</p>
          {lessRelevant.map(({ exposure, reasons }) => (
            <ExposureCard
              key={exposure.id}
              exposure={exposure}
              reasons={reasons}
              mark={exposure.mark}
              log={nameOf(exposure)}
            />
          ))}
        </>
      )}
      {alerts.length > 0 && shown.length === 0 && <p>{t("You deleted everything that was found.")}</p>}
      <DeletedAlerts deleted={deleted} />
      <PolicyDisclosure policy={policy} />
    </>
  );
}

function NoAlerts({ checkedAt }: { checkedAt: number | undefined }) {
  const isChecked = checkedAt !== undefined;
  return (
    <EmptyState title={isChecked ? t("No exposures detected in the last check") : t("Not checked yet")}>
      <p>
        {isChecked
          ? t(
              "Last checked: {moment}. People who did not report, or whose numbers were not recorded, cannot be found " +
                "this way.",
              { moment: formatMoment(checkedAt) },
            )
          : t("Once you have checked, encounters with people who reported are listed here.")}
      </p>
      <Link href="/" className={buttonClass(isChecked ? "plain" : "main")}>
        {isChecked ? t("Check again") : t("Go to the check")}
      </Link>
    </EmptyState>
  );
}
