import { useState } from "react";
import { symptomWords } from "../../alerts/exposureWords.ts";
import { count, formatSpan, formatUtcDay } from "../../alerts/timeWords.ts";
import { planHours, spansOf } from "../../report/hours.ts";
import type { StoredKey } from "../../report/mergeKeys.ts";
import type { SymptomAnswers } from "../../report/symptoms.ts";
import { Button } from "../../ui/button.tsx";
import { Choice } from "../../ui/choice.tsx";
import { StepHeading } from "../../ui/heading.tsx";
import { Fact, Facts } from "../../ui/panel.tsx";
import { useNow } from "../../ui/useNow.ts";

/** The answers once more, and what publishing them means. */
export function ReviewReport({
  keys,
  hours,
  answers,
  onBack,
  onSend,
}: {
  keys: readonly StoredKey[];
  hours: readonly number[];
  answers: SymptomAnswers;
  onBack: () => void;
  onSend: () => void;
}) {
  const [agreed, setAgreed] = useState(false);
  const plans = planHours(keys, hours, useNow());
  const numbers = plans.reduce((sum, { j1, j2 }) => sum + j2 - j1 + 1, 0);
  return (
    <>
      <StepHeading focus>Check your answers</StepHeading>
      <Facts>
        <Fact name="Hours">
          <ul>
            {spansOf(hours).map(({ from, to }) => (
              <li key={from}>{formatSpan(from, to)}</li>
            ))}
          </ul>
        </Fact>
        <Fact name="Symptoms">{symptomWords(answers.cough, answers.fever, answers.symptoms)}</Fact>
        <Fact name="Began on">
          {answers.onset === undefined ? "not given" : formatUtcDay(Date.parse(answers.onset) / 1000)}
        </Fact>
        <Fact name="Will be sent">
          {count(plans.length, "report")} about {count(numbers, "contact number")}, in random order
        </Fact>
      </Facts>
      <h3 className="text-lg font-semibold">What others may learn</h3>
      <ul className="flex list-disc flex-col gap-1.5 pl-5">
        <li>
          The report is public and cannot be taken back. It holds no name, place or phone number, only the
          symptoms, the day and what your numbers are made from.
        </li>
        <li>
          Somebody whose device was near yours in these hours learns when that was. If they remember whom they
          met then, they may work out that it was you.
        </li>
        <li>
          Somebody who recorded numbers in several places can see which of them belong to one report, and so
          follow that device for up to six hours. From the first hour chosen on, this is so for every later
          number of the same key, also in hours that you leave out.
        </li>
        <li>Reports with the same rare symptoms on the same day can be taken for one person’s.</li>
        <li>
          The relayer sees your network address while it takes the reports. It is built not to keep it;
          whoever does not want to rely on that hides the address.
        </li>
        <li>
          The keys of these hours are retired: what is not reported of them now can never be reported, and a
          new key must be used for broadcasting.
        </li>
      </ul>
      <Choice
        type="checkbox"
        label="I understand this and want to publish the report."
        checked={agreed}
        onChange={() => setAgreed(!agreed)}
      />
      <div className="flex flex-wrap gap-3">
        <Button onClick={onBack}>Back</Button>
        <Button look="main" disabled={!agreed} onClick={onSend}>
          Send report
        </Button>
      </div>
    </>
  );
}
