import { unmetParts, type RiskPolicy } from "@tocsin/protocol/match/risk.ts";
import { t } from "../i18n/i18n.ts";
import type { ExposureAlert } from "./outcome.ts";
import { reasonWords } from "./policyWords.ts";

/** Exposures by what the policy makes of them, each in the order in which they came. None is left out. */
export interface Relevance<Alert extends ExposureAlert = ExposureAlert> {
  relevant: Alert[];
  /** Each with the parts of the policy that it does not meet, in plain words. */
  lessRelevant: { exposure: Alert; reasons: string[] }[];
}

/** @param now unix seconds */
export function sortByRelevance<Alert extends ExposureAlert>(
  exposures: readonly Alert[],
  policy: RiskPolicy,
  now: number,
): Relevance<Alert> {
  const sorted: Relevance<Alert> = { relevant: [], lessRelevant: [] };
  for (const exposure of exposures) {
    const unmet = unmetParts(exposure, policy, now);
    if (unmet.length === 0) sorted.relevant.push(exposure);
    else sorted.lessRelevant.push({ exposure, reasons: reasonWords(unmet, policy) });
  }
  return sorted;
}

/** A result in a few words: neither an alarm for what is less relevant nor silence about it. */
export function headlineOf({ relevant, lessRelevant }: Relevance): string {
  if (relevant.length > 0) return t("Possible exposure");
  return lessRelevant.length > 0 ? t("Only less relevant encounters") : t("No exposures detected");
}
