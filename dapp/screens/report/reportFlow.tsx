import { useState } from "react";
import { count } from "../../alerts/timeWords.ts";
import type { SentHour } from "../../report/hours.ts";
import type { StoredKey } from "../../report/mergeKeys.ts";
import { submitReports, type SendProgress } from "../../report/submitReports.ts";
import { NO_ANSWERS, type SymptomAnswers } from "../../report/symptoms.ts";
import type { Settings } from "../../sync/settings.ts";
import { Button } from "../../ui/button.tsx";
import { StepHeading } from "../../ui/heading.tsx";
import { Panel } from "../../ui/panel.tsx";
import { toFailure, type Failure } from "../../verify/explainError.ts";
import { usePage } from "../context.ts";
import { FailureView } from "../failureView.tsx";
import { ChooseHours } from "./chooseHours.tsx";
import { DescribeSymptoms } from "./describeSymptoms.tsx";
import { ReviewReport } from "./reviewReport.tsx";

type Step = "hours" | "symptoms" | "review" | "sending" | "sent";

const numbers: Partial<Record<Step, number>> = { hours: 1, symptoms: 2, review: 3 };

/**
 * From the hours to the receipts. `onBusy` hears true from the sending on: the keys are retired then, so the hours
 * disappear while the flow must still be shown.
 */
export function ReportFlow({
  settings,
  keys,
  hours,
  onBusy,
}: {
  settings: Settings;
  keys: StoredKey[];
  hours: SentHour[];
  onBusy: (busy: boolean) => void;
}) {
  const { store } = usePage();
  const [wanted, setStep] = useState<Step>("hours");
  const [moved, setMoved] = useState(false);
  const [leftOut, setLeftOut] = useState<ReadonlySet<number>>(new Set());
  const [answers, setAnswers] = useState<SymptomAnswers>(NO_ANSWERS);
  const [progress, setProgress] = useState<SendProgress>();
  const [failure, setFailure] = useState<Failure>();
  const chosen = hours.map((hour) => hour.from).filter((from) => !leftOut.has(from));

  // Another tab can report or erase the keys of all chosen hours meanwhile.
  const step = chosen.length === 0 && (wanted === "symptoms" || wanted === "review") ? "hours" : wanted;

  const go = (next: Step): void => {
    setStep(next);
    setMoved(true);
  };

  const submit = async (): Promise<void> => {
    onBusy(true);
    setFailure(undefined);
    setProgress(undefined);
    go("sending");
    try {
      await submitReports(store, settings, chosen, answers, setProgress);
      go("sent");
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
    <Panel label="New report">
      {numbers[step] && <p className="text-sm text-muted">Step {numbers[step]} of 3</p>}
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
          {failure && <FailureView title="Nothing was sent" failure={failure} />}
          <ReviewReport
            keys={keys}
            hours={chosen}
            answers={answers}
            onBack={() => go("symptoms")}
            onSend={() => void submit()}
          />
        </>
      )}
      {step === "sending" && (
        <>
          <StepHeading focus>Sending…</StepHeading>
          <p>
            {progress
              ? "In random order. Keep this page open."
              : "Reading the log’s operator from the chain."}
          </p>
          <progress
            aria-label="Reports sent"
            value={progress?.tried ?? 0}
            max={Math.max(1, progress?.total ?? 1)}
          />
        </>
      )}
      {step === "sent" && progress && <Sent progress={progress} onDone={startAgain} />}
    </Panel>
  );
}

function Sent({ progress, onDone }: { progress: SendProgress; onDone: () => void }) {
  const { received, total } = progress;
  return (
    <>
      <StepHeading focus>
        {received === total
          ? "Your report was sent"
          : received === 0
            ? "Your report could not be sent yet"
            : "Your report was sent in part"}
      </StepHeading>
      <p>
        The relayer signed {received === 1 ? "a receipt" : "receipts"} for {received} of{" "}
        {count(total, "report")}. Below you see how far {total === 1 ? "it has" : "they have"} come.
        {received < total && " What could not be sent is kept, and can be sent again below."}
      </p>
      <p className="font-medium">
        The keys of these hours are disclosed and retired. From now on a new key must be used for
        broadcasting: otherwise everybody can recognise the numbers that your device goes on sending.
      </p>
      <div>
        <Button onClick={onDone}>Done</Button>
      </div>
    </>
  );
}
