import { useState } from "react";
import { COUGHS, FEVERS, SYMPTOMS } from "@tocsin/protocol/report/memo.ts";
import { COUGH_WORDS, FEVER_WORDS, SYMPTOM_WORDS } from "../../alerts/exposureWords.ts";
import { answer, missingAnswer, toggleSymptom, type SymptomAnswers } from "../../report/symptoms.ts";
import { Button } from "../../ui/button.tsx";
import { Choice, Choices } from "../../ui/choice.tsx";
import { Field } from "../../ui/field.tsx";
import { StepHeading } from "../../ui/heading.tsx";

/** The device's date, as a date field writes it. */
function today(): string {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
}

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
  const next = (): void => {
    const missing = missingAnswer(answers, today());
    setError(missing);
    if (missing === undefined) onNext();
  };
  const withOnset = (onset: string | undefined): SymptomAnswers => {
    const { onset: _, ...rest } = answers;
    return onset === undefined ? rest : { ...rest, onset };
  };
  return (
    <>
      <StepHeading focus>What do you have?</StepHeading>
      <Choices legend="Cough">
        {COUGHS.map((cough) => (
          <Choice
            key={cough}
            type="radio"
            name="cough"
            label={COUGH_WORDS[cough]}
            checked={answers.cough === cough}
            onChange={() => onChange(answer(answers, { cough }))}
          />
        ))}
      </Choices>
      <Choices legend="Fever">
        {FEVERS.map((fever) => (
          <Choice
            key={fever}
            type="radio"
            name="fever"
            label={FEVER_WORDS[fever]}
            checked={answers.fever === fever}
            onChange={() => onChange(answer(answers, { fever }))}
          />
        ))}
      </Choices>
      <Choices legend="Symptoms">
        {SYMPTOMS.map((symptom) => (
          <Choice
            key={symptom}
            type="checkbox"
            label={SYMPTOM_WORDS[symptom]}
            checked={answers.symptoms.includes(symptom)}
            onChange={() => onChange(toggleSymptom(answers, symptom))}
          />
        ))}
      </Choices>
      {!answers.symptoms.includes("noSymptoms") && (
        <Choices legend="Beginning">
          <Choice
            type="checkbox"
            label="Also give the day on which it began"
            note="It helps others to judge the risk. But it is the same in all your reports and few people share it, so anybody can tell more easily that these reports are one person’s. Without it they look like those of everybody with the same symptoms on that day."
            checked={answers.onset !== undefined}
            onChange={() => onChange(withOnset(answers.onset === undefined ? "" : undefined))}
          />
          {answers.onset !== undefined && (
            <Field
              label="It began on"
              type="date"
              max={today()}
              value={answers.onset}
              onChange={(event) => onChange(withOnset(event.target.value))}
            />
          )}
        </Choices>
      )}
      {error && (
        <p role="alert" className="font-medium text-alarm-text">
          {error}
        </p>
      )}
      <div className="flex flex-wrap gap-3">
        <Button onClick={onBack}>Back</Button>
        <Button look="main" onClick={next}>
          Next: check your answers
        </Button>
      </div>
    </>
  );
}
