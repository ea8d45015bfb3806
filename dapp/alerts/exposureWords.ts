import type { Exposure } from "@tocsin/protocol/match/exposures.ts";
import { decodeCoEpiMemo, type Cough, type Fever, type Symptom } from "@tocsin/protocol/report/memo.ts";
import { MEMO_TYPES, type Report } from "@tocsin/protocol/report/report.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { formatLocale, msg, t } from "../i18n/i18n.ts";
import { formatUtcDay } from "./timeWords.ts";

/** These as they are written within a sentence: in German, nouns have capitals there. */
export const COUGH_WORDS: Record<Cough, string> = {
  none: msg("no cough"),
  existing: msg("a cough"),
  dry: msg("a dry cough"),
  wet: msg("a wet cough"),
};

export const FEVER_WORDS: Record<Fever, string> = {
  none: msg("no fever"),
  mild: msg("a mild fever"),
  serious: msg("a high fever"),
};

export const SYMPTOM_WORDS: Record<Symptom, string> = {
  breathlessness: msg("breathlessness"),
  muscleAches: msg("muscle aches"),
  lossOfSmellOrTaste: msg("loss of smell or taste"),
  diarrhoea: msg("diarrhoea"),
  runnyNose: msg("runny nose"),
  other: msg("other symptoms"),
  noSymptoms: msg("no symptoms"),
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
    return { said: t("In a form of another app, which this page does not read") };
  try {
    const memo = decodeCoEpiMemo(report.memo);
    return {
      said: symptomWords(memo.cough, memo.fever, memo.symptoms),
      reportedOn: formatUtcDay(memo.reportTime),
      ...(memo.earliestSymptom === undefined ? {} : { beganOn: formatUtcDay(memo.earliestSymptom) }),
    };
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error;
    return { said: t("Nothing that can be read") };
  }
}

/** "A dry cough, a mild fever, muscle aches". */
export function symptomWords(cough: Cough, fever: Fever, symptoms: readonly Symptom[]): string {
  const words = [
    ...(cough === "none" ? [] : [COUGH_WORDS[cough]]),
    ...(fever === "none" ? [] : [FEVER_WORDS[fever]]),
    ...symptoms.map((symptom) => SYMPTOM_WORDS[symptom]),
  ].map((word) => t(word));
  return atStart(words.length === 0 ? t("nothing about symptoms") : words.join(", "));
}

/** A word or a list of words as a line begins. */
export function atStart(words: string): string {
  return words.charAt(0).toLocaleUpperCase(formatLocale()) + words.slice(1);
}

/** "0.8 m at the closest, 1.5 m on average", or that the radio measured none. */
export function distanceWords({
  minDistance,
  averageDistance,
}: Pick<Exposure, "minDistance" | "averageDistance">): string {
  const [nearest, average] = [minDistance, averageDistance].map((each) => each !== undefined && metres(each));
  if (nearest && average)
    return t("about {nearest} at the closest, {average} on average", { nearest, average });
  if (nearest) return t("about {nearest} at the closest", { nearest });
  return average ? t("about {average} on average", { average }) : t("not measured");
}

/** "0.8 m". */
function metres(distance: number): string {
  const digits = distance < 10 ? 1 : 0;
  const number = distance.toLocaleString(formatLocale(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${number} m`;
}
