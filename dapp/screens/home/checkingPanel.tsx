import type { CheckProgress } from "@tocsin/protocol/check/progress.ts";
import { msg, t } from "../../i18n/i18n.ts";
import type { CheckState } from "../../match/useCheck.ts";
import { sourceName } from "../../sync/source.ts";
import { Button } from "../../ui/button.tsx";
import { StepHeading } from "../../ui/heading.tsx";
import { Panel } from "../../ui/panel.tsx";
import { ProgressBar } from "../../ui/progressBar.tsx";
import { usePage } from "../context.ts";

const PHASES: Record<CheckProgress["phase"], string> = {
  log: msg("Reading the log from the chain"),
  filters: msg("Fetching filters"),
  batches: msg("Fetching, verifying and comparing batches"),
  hits: msg("Checking the signatures of what was found"),
};

/** How far the check is: which source, which step of it, and how much of that step. */
export function CheckingPanel({ state }: { state: Extract<CheckState, { status: "running" }> }) {
  const { check, preferences } = usePage();
  const { source, nth, of, progress } = state;
  const phases = (Object.keys(PHASES) as CheckProgress["phase"][]).filter(
    (phase) => preferences.slowLink || phase !== "filters",
  );
  const words = t(PHASES[progress.phase]);
  return (
    <Panel label={t("Check in progress")}>
      <StepHeading focus>{t("Checking…")}</StepHeading>
      <p>
        {of > 1
          ? t("{name}, source {nth} of {of}", { name: sourceName(source), nth, of })
          : sourceName(source)}
      </p>
      <div className="flex flex-col gap-1.5">
        <p className="flex flex-wrap justify-between gap-x-4">
          <span>
            {t("Step {nth} of {of}: {words}", {
              nth: phases.indexOf(progress.phase) + 1,
              of: phases.length,
              words,
            })}
          </span>
          <span className="text-muted">{t("{done} of {total}", { ...progress })}</span>
        </p>
        <ProgressBar label={words} value={progress.done} max={progress.total} />
      </div>
      <div>
        <Button onClick={check.cancel}>{t("Cancel")}</Button>
      </div>
    </Panel>
  );
}
