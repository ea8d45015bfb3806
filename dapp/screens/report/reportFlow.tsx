import type { BroadcastTimes } from "@tocsin/protocol/report/broadcastKeys.ts";
import { useEffect, useState } from "react";
import { t } from "../../i18n/i18n.ts";
import { BridgeError } from "../../recorder/bridgeError.ts";
import { useKeyConsent } from "../../recorder/useKeyConsent.ts";
import { windowsOf, type SentHour } from "../../report/hours.ts";
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
import { unixNow } from "../../storage/clock.ts";
import { usePage } from "../context.ts";
import { ConfirmOnRecorder } from "../recorder/confirmOnRecorder.tsx";
import { RecorderProblem } from "../recorder/recorderProblem.tsx";
import { FailureView } from "../failureView.tsx";
import { ChooseHours } from "./chooseHours.tsx";
import { DescribeSymptoms } from "./describeSymptoms.tsx";
import { ReviewReport } from "./reviewReport.tsx";
import { SendingStep } from "./sendingStep.tsx";

type Step = "hours" | "symptoms" | "review" | "confirming" | "signing" | "sending";

const numbers: Partial<Record<Step, number>> = { hours: 1, symptoms: 2, review: 3 };

/**
 * From the hours to the receipts. `onBusy` hears true from the signing on: the keys are retired then, so the hours
 * disappear while the flow must still be shown.
 */
export function ReportFlow({
  sources,
  keys,
  broadcasts,
  hours,
  reports,
  onBusy,
  onKeysMoved,
}: {
  /** Those with a relayer; at least one. */
  sources: readonly Source[];
  keys: readonly StoredKey[];
  /** When the keys were on air that the recorder has. */
  broadcasts: readonly BroadcastTimes[];
  hours: SentHour[];
  reports: readonly OwnReport[];
  onBusy: (busy: boolean) => void;
  /** The recorder may have fewer keys than before, and this device more. */
  onKeysMoved: () => Promise<void>;
}) {
  const { store } = usePage();
  const [wanted, setStep] = useState<Step>("hours");
  const [moved, setMoved] = useState(false);
  const [leftOut, setLeftOut] = useState<ReadonlySet<number>>(new Set());
  const [answers, setAnswers] = useState<SymptomAnswers>(NO_ANSWERS);
  const [leaves, setLeaves] = useState<ReadonlySet<string>>(new Set());
  const [failure, setFailure] = useState<Failure | BridgeError>();
  const consent = useKeyConsent(store);
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
    try {
      if (!(await obtainKeys())) {
        backToReview();
        return;
      }
      go("signing");
      setLeaves(new Set(await submitReports(store, source, chosen, answers, spread)));
      go("sending");
    } catch (error) {
      setFailure(error instanceof BridgeError ? error : toFailure(error));
      backToReview();
    }
  };

  const backToReview = (): void => {
    onBusy(false);
    go("review");
  };

  /** Has the recorder give the keys that the chosen hours need of it. False when that was cancelled. */
  const obtainKeys = async (): Promise<boolean> => {
    const windows = windowsOf(broadcasts, chosen, unixNow());
    if (windows.length === 0) return true;
    go("confirming");
    try {
      return await consent.obtain(windows);
    } finally {
      await onKeysMoved();
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
          {failure instanceof BridgeError ? (
            <RecorderProblem title={t("Nothing was sent")} problem={failure} />
          ) : (
            failure && <FailureView title={t("Nothing was sent")} failure={failure} />
          )}
          <ReviewReport
            keys={[...keys, ...broadcasts]}
            hours={chosen}
            answers={answers}
            sources={sources}
            onChange={go}
            onBack={() => go("symptoms")}
            onSend={(source, spread) => void submit(source, spread)}
          />
        </>
      )}
      {step === "confirming" && <ConfirmOnRecorder expiresAt={consent.expiresAt} onCancel={consent.cancel} />}
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
