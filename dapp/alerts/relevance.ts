import { assess, type RiskPolicy } from "@tocsin/protocol/match/risk.ts";
import type { ExposureAlert } from "./outcome.ts";

/** Exposures by what the policy makes of them, each in the order in which they came. None is left out. */
export interface Relevance {
  relevant: ExposureAlert[];
  /** Each with the parts of the policy that it does not meet, in plain words. */
  lessRelevant: { exposure: ExposureAlert; reasons: string[] }[];
}

/** @param now unix seconds */
export function sortByRelevance(
  exposures: readonly ExposureAlert[],
  policy: RiskPolicy,
  now: number,
): Relevance {
  const sorted: Relevance = { relevant: [], lessRelevant: [] };
  for (const exposure of exposures) {
    const { isRelevant, reasons } = assess(exposure, policy, now);
    if (isRelevant) sorted.relevant.push(exposure);
    else sorted.lessRelevant.push({ exposure, reasons });
  }
  return sorted;
}

/** A result in a few words: neither an alarm for what is less relevant nor silence about it. */
export function headlineOf({ relevant, lessRelevant }: Relevance): string {
  if (relevant.length > 0) return "Possible exposure";
  return lessRelevant.length > 0 ? "Only less relevant encounters" : "No exposures detected";
}
