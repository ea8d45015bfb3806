import type { BroadcastTimes } from "@tocsin/protocol/report/broadcastKeys.ts";
import { useState, type ReactNode } from "react";
import { symptomWords } from "../../alerts/exposureWords.ts";
import { formatSpan, formatUtcDay } from "../../alerts/timeWords.ts";
import { t } from "../../i18n/i18n.ts";
import { planHours, spansOf } from "../../report/hours.ts";
import { hasSymptoms, onsetOf, type SymptomAnswers } from "../../report/symptoms.ts";
import { uploadCount, type Spread } from "../../report/uploadPlan.ts";
import { sourceId, sourceName, type Source } from "../../sync/source.ts";
import { Button } from "../../ui/button.tsx";
import { Choice, Choices } from "../../ui/choice.tsx";
import { StepHeading } from "../../ui/heading.tsx";
import { useNow } from "../../ui/useNow.ts";
import { ChooseSpread } from "./chooseSpread.tsx";
import { Consequences } from "./consequences.tsx";

/** The answers once more, what publishing them means, and how they are to be sent. */
export function ReviewReport({
  keys,
  hours,
  answers,
  sources,
  onChange,
  onBack,
  onSend,
}: {
  keys: readonly BroadcastTimes[];
  hours: readonly number[];
  answers: SymptomAnswers;
  /** Those with a relayer; at least one. */
  sources: readonly Source[];
  onChange: (step: "hours" | "symptoms") => void;
  onBack: () => void;
  onSend: (source: Source, spread: Spread) => void;
}) {
  const [agreed, setAgreed] = useState(false);
  const [spread, setSpread] = useState<Spread>(0);
  const [wanted, setWanted] = useState<string>();
  const source = sources.find((each) => sourceId(each) === wanted) ?? sources[0]!;
  const plans = planHours(keys, hours, useNow());
  const numbers = plans.reduce((sum, { j1, j2 }) => sum + j2 - j1 + 1, 0);
  const empty = uploadCount(plans.length) - plans.length;
  const onset = onsetOf(answers);
  return (
    <>
      <StepHeading focus>{t("Check your answers")}</StepHeading>
      <dl className="flex flex-col">
        <Answer name={t("Hours")} change={t("Change the hours")} onChange={() => onChange("hours")}>
          <ul>
            {spansOf(hours).map(({ from, to }) => (
              <li key={from}>{formatSpan(from, to)}</li>
            ))}
          </ul>
        </Answer>
        <Answer name={t("Symptoms")} change={t("Change the symptoms")} onChange={() => onChange("symptoms")}>
          {symptomWords(answers.cough, answers.fever, answers.symptoms)}
        </Answer>
        {hasSymptoms(answers) && (
          <Answer
            name={t("Began on")}
            change={t("Change the beginning")}
            onChange={() => onChange("symptoms")}
          >
            {onset === undefined ? t("Not given") : formatUtcDay(Date.parse(onset) / 1000)}
          </Answer>
        )}
      </dl>
      <p>
        {t(
          "{reports, plural, one {# report} other {# reports}} about {numbers, plural, one {# contact number} other " +
            "{# contact numbers}} will be sent, in random order.",
          { reports: plans.length, numbers },
        )}{" "}
        {empty > 0 &&
          t(
            "{empty, plural, one {An empty upload goes} other {# empty uploads go}} among them, which makes it harder for " +
              "whoever watches your connection to count your reports.",
            { empty },
          )}
      </p>
      {sources.length > 1 && (
        <Choices legend={t("Where to report")}>
          {sources.map((each) => (
            <Choice
              key={sourceId(each)}
              type="radio"
              name="source"
              label={sourceName(each)}
              checked={each === source}
              onChange={() => setWanted(sourceId(each))}
            />
          ))}
        </Choices>
      )}
      <ChooseSpread spread={spread} onChange={setSpread} />
      <Consequences />
      <Choice
        type="checkbox"
        label={t("I understand this and want to publish the report.")}
        checked={agreed}
        onChange={() => setAgreed(!agreed)}
      />
      <div className="flex flex-wrap gap-3">
        <Button onClick={onBack}>{t("Back")}</Button>
        <Button look="main" disabled={!agreed} onClick={() => onSend(source, spread)}>
          {t("Send report")}
        </Button>
      </div>
    </>
  );
}

/** One answer, and the way back to its question. */
function Answer({
  name,
  change,
  onChange,
  children,
}: {
  name: string;
  /** "Change the hours", of which "Change" is seen. */
  change: string;
  onChange: () => void;
  children: ReactNode;
}) {
  return (
    <div className="grid grid-cols-[1fr_auto] items-baseline gap-x-4 border-b border-line py-1.5 sm:grid-cols-[9rem_1fr_auto]">
      <dt className="text-muted">{name}</dt>
      <dd className="order-last col-span-2 pb-1.5 wrap-anywhere sm:order-none sm:col-span-1">{children}</dd>
      <dd>
        <button
          type="button"
          aria-label={change}
          onClick={onChange}
          className="min-h-11 cursor-pointer px-2 font-medium text-accent underline"
        >
          {t("Change")}
        </button>
      </dd>
    </div>
  );
}
