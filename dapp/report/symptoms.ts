import {
  reportDay,
  type CoEpiMemo,
  type Cough,
  type Fever,
  type Symptom,
} from "@tocsin/protocol/report/memo.ts";
import { t } from "../i18n/i18n.ts";

/** What the person said about their symptoms. */
export interface SymptomAnswers {
  cough: Cough;
  fever: Fever;
  symptoms: Symptom[];
  /** When it began: only a day that is given is ever told to others. */
  began: "unsaid" | "unknown" | "given";
  /** "YYYY-MM-DD", or empty while it is being given. */
  onset: string;
}

/** Nothing said, which can be reported too: not everybody who was infected has symptoms. */
export const NO_ANSWERS: SymptomAnswers = {
  cough: "none",
  fever: "none",
  symptoms: [],
  began: "unsaid",
  onset: "",
};

/** Whether there is anything that can have begun on a day. */
export function hasSymptoms({ cough, fever, symptoms }: SymptomAnswers): boolean {
  return cough !== "none" || fever !== "none" || symptoms.some((symptom) => symptom !== "noSymptoms");
}

/** Adds or removes one symptom. "No symptoms" and the others rule each other out. */
export function toggleSymptom(answers: SymptomAnswers, symptom: Symptom): SymptomAnswers {
  if (answers.symptoms.includes(symptom)) {
    return { ...answers, symptoms: answers.symptoms.filter((other) => other !== symptom) };
  }
  if (symptom === "noSymptoms") return { ...NO_ANSWERS, symptoms: ["noSymptoms"] };
  return withoutNone({ ...answers, symptoms: [...answers.symptoms, symptom] });
}

/** Sets cough or fever, which take back "no symptoms". */
export function answer(
  answers: SymptomAnswers,
  change: Partial<Pick<SymptomAnswers, "cough" | "fever">>,
): SymptomAnswers {
  const changed = { ...answers, ...change };
  return changed.cough === "none" && changed.fever === "none" ? changed : withoutNone(changed);
}

/** The day that the report is to give, "YYYY-MM-DD"; undefined where it gives none. */
export function onsetOf(answers: SymptomAnswers): string | undefined {
  return answers.began === "given" && hasSymptoms(answers) ? answers.onset : undefined;
}

/** Why the day cannot be reported, in words, or undefined. @param today "YYYY-MM-DD" */
export function onsetError(answers: SymptomAnswers, today: string): string | undefined {
  const onset = onsetOf(answers);
  if (onset === undefined) return undefined;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(onset) || Number.isNaN(Date.parse(onset))) {
    return t("Enter the day on which it began, or choose not to give it.");
  }
  return onset > today ? t("The day on which it began lies in the future.") : undefined;
}

/** The memo of all reports of one submission. @param now unix seconds */
export function memoOf(answers: SymptomAnswers, now: number): CoEpiMemo {
  const { cough, fever, symptoms } = answers;
  const onset = onsetOf(answers);
  return {
    reportTime: reportDay(now),
    ...(onset === undefined ? {} : { earliestSymptom: BigInt(Date.parse(onset) / 1000) }),
    cough,
    fever,
    symptoms,
  };
}

function withoutNone(answers: SymptomAnswers): SymptomAnswers {
  return { ...answers, symptoms: answers.symptoms.filter((symptom) => symptom !== "noSymptoms") };
}
