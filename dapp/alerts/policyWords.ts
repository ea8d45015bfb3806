import {
  REPORT_KINDS,
  type PolicyPart,
  type ReportKind,
  type RiskPolicy,
} from "@tocsin/protocol/match/risk.ts";
import { formatLocale, msg, t } from "../i18n/i18n.ts";

/** What makes an exposure relevant, one line each: "Longer than 5 minutes", "In the last 14 days". */
export function policyWords(policy: RiskPolicy): string[] {
  const { longerThan, nearerThan, withinDays, kinds } = policy;
  return [
    longerThan === undefined
      ? t("Of any duration")
      : t("Longer than {duration}", { duration: limitWords(longerThan) }),
    nearerThan === undefined
      ? t("At any distance")
      : t("Nearer than {metres, plural, one {# metre} other {# metres}} on average, or not measured", {
          metres: nearerThan,
        }),
    t("{days, plural, one {In the last day} other {In the last # days}}", { days: withinDays }),
    kinds.length === REPORT_KINDS.length
      ? t("Whatever was reported")
      : t("Reported {kinds}", { kinds: kindWords(kinds) }),
  ];
}

/** What of a policy an exposure does not meet, one line each: "Not longer than 5 minutes". */
export function reasonWords(unmet: readonly PolicyPart[], policy: RiskPolicy): string[] {
  const { longerThan = 0, nearerThan = 0, withinDays, kinds } = policy;
  const words: Record<PolicyPart, () => string> = {
    duration: () => t("Not longer than {duration}", { duration: limitWords(longerThan) }),
    distance: () =>
      t("Not nearer than {metres, plural, one {# metre} other {# metres}} on average", {
        metres: nearerThan,
      }),
    recency: () =>
      t("{days, plural, one {Not in the last day} other {Not in the last # days}}", { days: withinDays }),
    kind: () => t("Not reported {kinds}", { kinds: kindWords(kinds) }),
  };
  return unmet.map((part) => words[part]());
}

const KIND_WORDS: Record<ReportKind, string> = {
  symptoms: msg("with symptoms"),
  noSymptoms: msg("without symptoms"),
  unreadable: msg("in a form that cannot be read here"),
};

function kindWords(kinds: readonly ReportKind[]): string {
  const list = new Intl.ListFormat(formatLocale(), { type: "disjunction" });
  return list.format(kinds.map((kind) => t(KIND_WORDS[kind])));
}

/** "2 hours", "5 minutes", "90 seconds": the largest unit that gives a whole number. */
function limitWords(seconds: number): string {
  if (seconds % 3_600 === 0)
    return t("{hours, plural, one {# hour} other {# hours}}", { hours: seconds / 3_600 });
  return seconds % 60 === 0
    ? t("{minutes, plural, one {# minute} other {# minutes}}", { minutes: seconds / 60 })
    : t("{seconds, plural, one {# second} other {# seconds}}", { seconds });
}
