import {
  reportDay,
  type CoEpiMemo,
  type Cough,
  type Fever,
  type Symptom,
} from "@tocsin/protocol/report/memo.ts";

/** What the person said about their symptoms. */
export interface SymptomAnswers {
  cough: Cough;
  fever: Fever;
  symptoms: Symptom[];
  /** "YYYY-MM-DD", only where the person chose to give it. */
  onset?: string;
}

export const NO_ANSWERS: SymptomAnswers = { cough: "none", fever: "none", symptoms: [] };

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

/** Why the answers cannot be reported yet, in words, or undefined. @param today "YYYY-MM-DD" */
export function missingAnswer(answers: SymptomAnswers, today: string): string | undefined {
  const { cough, fever, symptoms, onset } = answers;
  if (cough === "none" && fever === "none" && symptoms.length === 0) {
    return "Choose what you have, or “no symptoms”.";
  }
  if (onset === undefined) return undefined;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(onset) || Number.isNaN(Date.parse(onset))) {
    return "Choose the day on which it began, or leave the day out.";
  }
  return onset > today ? "The day on which it began lies in the future." : undefined;
}

/** The memo of all reports of one submission. @param now unix seconds */
export function memoOf(answers: SymptomAnswers, now: number): CoEpiMemo {
  const { cough, fever, symptoms, onset } = answers;
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
