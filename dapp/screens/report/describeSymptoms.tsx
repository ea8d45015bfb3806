import { useRef, useState } from "react";
import { COUGHS, FEVERS, SYMPTOMS } from "@tocsin/protocol/report/memo.ts";
import { atStart, COUGH_WORDS, FEVER_WORDS, SYMPTOM_WORDS } from "../../alerts/exposureWords.ts";
import { t } from "../../i18n/i18n.ts";
import {
  answer,
  hasSymptoms,
  onsetError,
  toggleSymptom,
  type SymptomAnswers,
} from "../../report/symptoms.ts";
import { Button } from "../../ui/button.tsx";
import { Choice, Choices } from "../../ui/choice.tsx";
import { StepHeading } from "../../ui/heading.tsx";
import { AskOnset } from "./askOnset.tsx";

/** The device's date, as a date field writes it. */
function today(): string {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
}

/** What the report says of symptoms, which may be nothing. */
export function DescribeSymptoms({
  answers,
  onChange,
  onBack,
  onNext,
}: {
  answers: SymptomAnswers;
  onChange: (answers: SymptomAnswers) => void;
  onBack: () => void;
  onNext: () => void;
}) {
  const [error, setError] = useState<string>();
  const dateField = useRef<HTMLInputElement>(null);
  const next = (): void => {
    const wrong = onsetError(answers, today());
    setError(wrong);
    if (wrong === undefined) onNext();
    else dateField.current?.focus();
  };
  return (
    <>
      <StepHeading focus>{t("What do you have?")}</StepHeading>
      <p>
        {t(
          "You can leave all of this open, such as after a positive test without symptoms. The report then says nothing " +
            "about symptoms, and others still learn of the encounter.",
        )}
      </p>
      <Choices legend={t("Cough")}>
        {COUGHS.map((cough) => (
          <Choice
            key={cough}
            type="radio"
            name="cough"
            label={atStart(t(COUGH_WORDS[cough]))}
            checked={answers.cough === cough}
            onChange={() => onChange(answer(answers, { cough }))}
          />
        ))}
      </Choices>
      <Choices legend={t("Fever")}>
        {FEVERS.map((fever) => (
          <Choice
            key={fever}
            type="radio"
            name="fever"
            label={atStart(t(FEVER_WORDS[fever]))}
            checked={answers.fever === fever}
            onChange={() => onChange(answer(answers, { fever }))}
          />
        ))}
      </Choices>
      <Choices legend={t("Symptoms")}>
        {SYMPTOMS.map((symptom) => (
          <Choice
            key={symptom}
            type="checkbox"
            label={atStart(t(SYMPTOM_WORDS[symptom]))}
            checked={answers.symptoms.includes(symptom)}
            onChange={() => onChange(toggleSymptom(answers, symptom))}
          />
        ))}
      </Choices>
      {hasSymptoms(answers) && (
        <AskOnset answers={answers} latest={today()} error={error} field={dateField} onChange={onChange} />
      )}
      <div className="flex flex-wrap gap-3">
        <Button onClick={onBack}>{t("Back")}</Button>
        <Button look="main" onClick={next}>
          {t("Next: check your answers")}
        </Button>
      </div>
    </>
  );
}
