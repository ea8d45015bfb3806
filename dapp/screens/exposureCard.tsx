import { Link } from "wouter";
import type { AlertMark } from "../alerts/alertMark.ts";
import type { ExposureAlert } from "../alerts/outcome.ts";
import { formatSpan } from "../alerts/timeWords.ts";
import { t } from "../i18n/i18n.ts";
import { buttonClass } from "../ui/button.tsx";
import { Fact, Facts, Panel } from "../ui/panel.tsx";
import { ExposureFacts } from "./exposureFacts.tsx";
import { ReportedFacts } from "./reportedFacts.tsx";

/** An exposure in a list, with the way to its details and its proof. */
export function ExposureCard({
  exposure,
  reasons = [],
  log,
  mark,
}: {
  exposure: ExposureAlert;
  /** Why it is less relevant; none where it is relevant. */
  reasons?: readonly string[];
  /** What its log is called, where several are followed. */
  log?: string | undefined;
  /** What the user said of it, where that is shown. */
  mark?: AlertMark;
}) {
  const isLess = reasons.length > 0;
  const isNew = mark !== undefined && mark.readAt === undefined;
  const span = formatSpan(exposure.firstSeen, exposure.lastSeen);
  const path = `/alerts/${exposure.id}`;
  return (
    <Panel label={isLess ? t("Less relevant exposure") : t("Exposure")}>
      <div>
        {isNew && <p className="font-bold">{t("Not read yet")}</p>}
        <h3 className={`text-lg ${isNew ? "font-bold" : "font-medium"}`}>{span}</h3>
        {mark?.doubtedAt !== undefined && <p>{t("You marked it: this can’t be right.")}</p>}
      </div>
      <Facts>
        {isLess && <Fact name={t("Why less relevant")}>{reasons.join("; ")}</Fact>}
        <ExposureFacts exposure={exposure} />
        <ReportedFacts reports={exposure.reports} />
        {log !== undefined && <Fact name={t("Log")}>{log}</Fact>}
      </Facts>
      <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
        <Link href={path} className={buttonClass("plain")} aria-label={t("Open: {span}", { span })}>
          {t("Open")}
        </Link>
        <Link
          href={`${path}/proof`}
          className="inline-flex min-h-11 items-center underline"
          aria-label={t("Show the proof: {span}", { span })}
        >
          {t("Show the proof")}
        </Link>
      </div>
    </Panel>
  );
}
