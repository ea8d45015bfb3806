import { formatClock, formatMoment } from "../../alerts/timeWords.ts";
import { t } from "../../i18n/i18n.ts";
import type { OwnReport } from "../../report/ownReport.ts";
import { sendRestNow } from "../../report/submitReports.ts";
import { waitingUploads } from "../../report/uploadPlan.ts";
import { Button } from "../../ui/button.tsx";
import { Panel } from "../../ui/panel.tsx";
import { useNow } from "../../ui/useNow.ts";
import { usePage } from "../context.ts";

/** What is still to be sent, and when. Shows nothing where nothing waits. */
export function SendingPlan({ reports }: { reports: readonly OwnReport[] }) {
  const { store, sources } = usePage();
  const now = useNow();
  const waiting = waitingUploads(reports, sources);
  if (waiting.length === 0) return null;
  // Reports of one submission were signed at one time.
  const leaves = new Set(waiting.map(({ leaf }) => leaf));
  const signedAt = new Set(reports.filter(({ leaf }) => leaves.has(leaf)).map(({ createdAt }) => createdAt));
  const ofReports = waiting.filter(({ isDummy }) => !isDummy);
  const times = (ofReports.length > 0 ? ofReports : waiting).map(({ dueAt }) => dueAt);
  const together = reports.filter(({ createdAt }) => signedAt.has(createdAt));
  const values = {
    sent: together.filter(({ state }) => state !== "unsent").length,
    total: together.length,
    next: aboutWhen(Math.min(...times), now),
    last: aboutWhen(Math.max(...times), now),
    empty: waiting.length - ofReports.length,
  };
  return (
    <Panel tone="calm" label={t("Still to be sent")}>
      <h2 className="text-xl font-semibold">{t("Still to be sent")}</h2>
      <p>
        {values.sent < values.total
          ? t(
              "{sent} of {total} sent, next about {next}, the last about {last}. Keep this page open, or come back.",
              values,
            )
          : t(
              "All reports are sent. {empty, plural, one {One empty upload follows} other {# empty uploads follow}} until " +
                "about {last}, to hide their number.",
              values,
            )}
      </p>
      <div>
        <Button onClick={() => void sendRestNow(store, sources)}>{t("Send the rest now")}</Button>
      </div>
    </Panel>
  );
}

/** "14:20", with the day where it is not within the next twelve hours. */
function aboutWhen(time: number, now: number): string {
  return time - now < 43_200 ? formatClock(Math.max(time, now)) : formatMoment(time);
}
