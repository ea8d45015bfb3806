import {
  REPORT_KINDS,
  type PolicyPart,
  type ReportKind,
  type RiskPolicy,
} from "@tocsin/protocol/match/risk.ts";

/** What makes an exposure relevant, one line each: "Longer than 5 minutes", "In the last 14 days". */
export function policyInWords(policy: RiskPolicy): string[] {
  const { duration, distance, recency, kind } = wordsOf(policy);
  const measured = policy.nearerThan === undefined ? distance : `${distance}, or not measured`;
  return [duration, measured, recency, kind].map((part) => part.charAt(0).toUpperCase() + part.slice(1));
}

/** What of a policy an exposure does not meet, one line each: "Not longer than 5 minutes". */
export function reasonsInWords(unmet: readonly PolicyPart[], policy: RiskPolicy): string[] {
  const words = wordsOf(policy);
  return unmet.map((part) => `Not ${words[part]}`);
}

const KIND_WORDS: Record<ReportKind, string> = {
  symptoms: "with symptoms",
  noSymptoms: "without symptoms",
  unreadable: "in a form that cannot be read here",
};

function wordsOf({ longerThan, nearerThan, withinDays, kinds }: RiskPolicy): Record<PolicyPart, string> {
  return {
    duration: longerThan === undefined ? "of any duration" : `longer than ${durationWords(longerThan)}`,
    distance:
      nearerThan === undefined ? "at any distance" : `nearer than ${count(nearerThan, "metre")} on average`,
    recency: withinDays === 1 ? "in the last day" : `in the last ${withinDays} days`,
    kind:
      kinds.length === REPORT_KINDS.length
        ? "whatever was reported"
        : `reported ${kinds.map((kind) => KIND_WORDS[kind]).join(" or ")}`,
  };
}

/** "2 hours", "5 minutes", "90 seconds": the largest unit that gives a whole number. */
function durationWords(seconds: number): string {
  if (seconds % 3_600 === 0) return count(seconds / 3_600, "hour");
  return seconds % 60 === 0 ? count(seconds / 60, "minute") : count(seconds, "second");
}

function count(value: number, one: string): string {
  return `${value} ${value === 1 ? one : `${one}s`}`;
}
