import { useEffect, useState } from "react";
import { t } from "../../i18n/i18n.ts";
import type { SentHour } from "../../report/hours.ts";
import type { StoredKey } from "../../report/mergeKeys.ts";
import type { OwnReport } from "../../report/ownReport.ts";
import { beginReporting } from "../../report/reporting.ts";
import { submitReports } from "../../report/submitReports.ts";
import { NO_ANSWERS, type SymptomAnswers } from "../../report/symptoms.ts";
import type { Spread } from "../../report/uploadPlan.ts";
import type { Source } from "../../sync/source.ts";
import { StepHeading } from "../../ui/heading.tsx";
import { Panel } from "../../ui/panel.tsx";
import { toFailure, type Failure } from "../../verify/explainError.ts";
import { usePage } from "../context.ts";
import { FailureView } from "../failureView.tsx";
import { ChooseHours } from "./chooseHours.tsx";
import { DescribeSymptoms } from "./describeSymptoms.tsx";
import { ReviewReport } from "./reviewReport.tsx";
import { SendingStep } from "./sendingStep.tsx";

type Step = "hours" | "symptoms" | "review" | "signing" | "sending";

const numbers: Partial<Record<Step, number>> = { hours: 1, symptoms: 2, review: 3 };

/**
 * From the hours to the receipts. `onBusy` hears true from the signing on: the keys are retired then, so the hours
 * disappear while the flow must still be shown.
 */
export function ReportFlow({
  sources,
  keys,
  hours,
  reports,
  onBusy,
}: {
  /** Those with a relayer; at least one. */
  sources: readonly Source[];
  keys: StoredKey[];
  hours: SentHour[];
  reports: readonly OwnReport[];
  onBusy: (busy: boolean) => void;
}) {
  const { store } = usePage();
  const [wanted, setStep] = useState<Step>("hours");
  const [moved, setMoved] = useState(false);
  const [leftOut, setLeftOut] = useState<ReadonlySet<number>>(new Set());
  const [answers, setAnswers] = useState<SymptomAnswers>(NO_ANSWERS);
  const [leaves, setLeaves] = useState<ReadonlySet<string>>(new Set());
  const [failure, setFailure] = useState<Failure>();
  const chosen = hours.map((hour) => hour.from).filter((from) => !leftOut.has(from));

  // Another tab can report or erase the keys of all chosen hours meanwhile.
  const step = chosen.length === 0 && (wanted === "symptoms" || wanted === "review") ? "hours" : wanted;

  // What is sent is kept, and goes on without this screen; answers are not.
  const isMidway = step !== "hours" && step !== "sending";
  useEffect(() => (isMidway ? beginReporting() : undefined), [isMidway]);

  const go = (next: Step): void => {
    setStep(next);
    setMoved(true);
  };

  const submit = async (source: Source, spread: Spread): Promise<void> => {
    onBusy(true);
    setFailure(undefined);
    go("signing");
    try {
      setLeaves(new Set(await submitReports(store, source, chosen, answers, spread)));
      go("sending");
    } catch (error) {
      setFailure(toFailure(error));
      onBusy(false);
      go("review");
    }
  };

  const startAgain = (): void => {
    setAnswers(NO_ANSWERS);
    setLeftOut(new Set());
    onBusy(false);
    go("hours");
  };

  return (
    <Panel label={t("New report")}>
      {numbers[step] && (
        <p className="text-sm text-muted">{t("Step {step} of {steps}", { step: numbers[step], steps: 3 })}</p>
      )}
      {step === "hours" && (
        <ChooseHours
          hours={hours}
          leftOut={leftOut}
          focus={moved}
          onChange={setLeftOut}
          onNext={() => go("symptoms")}
        />
      )}
      {step === "symptoms" && (
        <DescribeSymptoms
          answers={answers}
          onChange={setAnswers}
          onBack={() => go("hours")}
          onNext={() => go("review")}
        />
      )}
      {step === "review" && (
        <>
          {failure && <FailureView title={t("Nothing was sent")} failure={failure} />}
          <ReviewReport
            keys={keys}
            hours={chosen}
            answers={answers}
            sources={sources}
            onChange={go}
            onBack={() => go("symptoms")}
            onSend={(source, spread) => void submit(source, spread)}
          />
        </>
      )}
      {step === "signing" && (
        <>
          <StepHeading focus>{t("Preparing your report…")}</StepHeading>
          <p>{t("This page reads from the chain who may sign receipts. Nothing has been sent yet.")}</p>
        </>
      )}
      {step === "sending" && (
        <SendingStep reports={reports.filter(({ leaf }) => leaves.has(leaf))} onDone={startAgain} />
      )}
    </Panel>
  );
}
