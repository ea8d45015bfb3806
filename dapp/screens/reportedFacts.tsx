import { memoWords } from "../alerts/exposureWords.ts";
import type { AnchoredReport } from "../alerts/outcome.ts";
import { standingWords } from "../alerts/standing.ts";
import { formatMoment } from "../alerts/timeWords.ts";
import { t } from "../i18n/i18n.ts";
import { Fact } from "../ui/panel.tsx";

/** What the reports of one exposure say. Most people send one; equal ones are shown once. */
export function ReportedFacts({ reports }: { reports: readonly AnchoredReport[] }) {
  const said = reports.map(({ report }) => ({ ...memoWords(report), standing: standingWords(report) }));
  const different = new Map(said.map((words) => [JSON.stringify(words), words]));
  const momentsOf = (lane: AnchoredReport["lane"]): string =>
    [
      ...new Set(
        reports.filter((each) => each.lane === lane).map(({ anchoredAt }) => formatMoment(anchoredAt)),
      ),
    ].join("; ");
  const [anchored, direct] = [momentsOf("batch"), momentsOf("direct")];
  return (
    <>
      {[...different].map(([key, { said, reportedOn, beganOn, standing }]) => (
        <Fact key={key} name={t("What was reported")}>
          {said}
          <span className="block text-sm text-muted">{standing}</span>
          {reportedOn && (
            <span className="block text-sm text-muted">{t("Reported on {day}", { day: reportedOn })}</span>
          )}
          {beganOn && (
            <span className="block text-sm text-muted">
              {t("First symptom on {day}, as they say", { day: beganOn })}
            </span>
          )}
        </Fact>
      ))}
      {anchored && <Fact name={t("Public since")}>{anchored}</Fact>}
      {direct && (
        <Fact name={t("Sent directly to the contract")}>
          {t("{moments}, without a relayer", { moments: direct })}
        </Fact>
      )}
    </>
  );
}
