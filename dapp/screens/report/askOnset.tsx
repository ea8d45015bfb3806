import type { RefObject } from "react";
import { msg, t } from "../../i18n/i18n.ts";
import type { SymptomAnswers } from "../../report/symptoms.ts";
import { Choice, Choices } from "../../ui/choice.tsx";
import { Field } from "../../ui/field.tsx";

const WORDS: Record<SymptomAnswers["began"], string> = {
  given: msg("On a day that I give"),
  unknown: msg("I don’t know"),
  unsaid: msg("I’d rather not say"),
};

/** When it began, and what giving the day costs. */
export function AskOnset({
  answers,
  latest,
  error,
  field,
  onChange,
}: {
  answers: SymptomAnswers;
  /** "YYYY-MM-DD" */
  latest: string;
  error: string | undefined;
  field: RefObject<HTMLInputElement | null>;
  onChange: (answers: SymptomAnswers) => void;
}) {
  return (
    <Choices legend={t("When did it begin?")}>
      <p className="text-sm text-muted">
        {t(
          "The day helps others to judge their risk. But it is the same in all of your reports and few people share it, so " +
            "anybody can tell more easily that these reports come from one person. With either of the other answers it is " +
            "left out.",
        )}
      </p>
      {(["given", "unknown", "unsaid"] as const).map((began) => (
        <Choice
          key={began}
          type="radio"
          name="began"
          label={t(WORDS[began])}
          checked={answers.began === began}
          onChange={() => onChange({ ...answers, began })}
        />
      ))}
      {answers.began === "given" && (
        <Field
          ref={field}
          label={t("It began on")}
          type="date"
          max={latest}
          error={error}
          value={answers.onset}
          onChange={(event) => onChange({ ...answers, onset: event.target.value })}
        />
      )}
    </Choices>
  );
}
