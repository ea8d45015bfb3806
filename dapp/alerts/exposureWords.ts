import type { Exposure } from "@tocsin/protocol/match/exposures.ts";
import { decodeCoEpiMemo, type Cough, type Fever, type Symptom } from "@tocsin/protocol/report/memo.ts";
import { MEMO_TYPES, type Report } from "@tocsin/protocol/report/report.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { formatUtcDay } from "./timeWords.ts";

export const COUGH_WORDS: Record<Cough, string> = {
  none: "No cough",
  existing: "A cough",
  dry: "A dry cough",
  wet: "A wet cough",
};

export const FEVER_WORDS: Record<Fever, string> = {
  none: "No fever",
  mild: "A mild fever",
  serious: "A high fever",
};

export const SYMPTOM_WORDS: Record<Symptom, string> = {
  breathlessness: "Breathlessness",
  muscleAches: "Muscle aches",
  lossOfSmellOrTaste: "Loss of smell or taste",
  diarrhoea: "Diarrhoea",
  runnyNose: "Runny nose",
  other: "Other symptoms",
  noSymptoms: "No symptoms",
};

/** What a report's memo says. */
export interface MemoWords {
  /** "A dry cough, a mild fever, muscle aches". */
  said: string;
  /** "24 November 2026": the day of the report as its sender gives it. */
  reportedOn?: string;
  /** The day on which the first symptom began, where the sender gave it. */
  beganOn?: string;
}

/** A memo in words; strangers wrote it, so it may say nothing that can be read. */
export function memoWords(report: Pick<Report, "memoType" | "memo">): MemoWords {
  if (report.memoType !== MEMO_TYPES.coepiV1)
    return { said: "In a form of another app, which this page does not read" };
  try {
    const memo = decodeCoEpiMemo(report.memo);
    return {
      said: symptomWords(memo.cough, memo.fever, memo.symptoms),
      reportedOn: formatUtcDay(memo.reportTime),
      ...(memo.earliestSymptom === undefined ? {} : { beganOn: formatUtcDay(memo.earliestSymptom) }),
    };
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error;
    return { said: "Nothing that can be read" };
  }
}

/** "A dry cough, a mild fever, muscle aches". */
export function symptomWords(cough: Cough, fever: Fever, symptoms: readonly Symptom[]): string {
  const words = [
    ...(cough === "none" ? [] : [COUGH_WORDS[cough]]),
    ...(fever === "none" ? [] : [FEVER_WORDS[fever]]),
    ...symptoms.map((symptom) => SYMPTOM_WORDS[symptom]),
  ];
  const [first = "Nothing about symptoms", ...rest] = words;
  return [first, ...rest.map((word) => word.charAt(0).toLowerCase() + word.slice(1))].join(", ");
}

/** "0.8 m at the closest, 1.5 m on average", or that the radio measured none. */
export function distanceWords({
  minDistance,
  averageDistance,
}: Pick<Exposure, "minDistance" | "averageDistance">): string {
  const words = [
    ...(minDistance === undefined ? [] : [`${metres(minDistance)} at the closest`]),
    ...(averageDistance === undefined ? [] : [`${metres(averageDistance)} on average`]),
  ];
  return words.length === 0 ? "not measured" : `about ${words.join(", ")}`;
}

function metres(distance: number): string {
  return `${distance < 10 ? distance.toFixed(1) : Math.round(distance)} m`;
}
