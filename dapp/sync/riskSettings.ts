import { TocsinError } from "@tocsin/protocol/errors.ts";
import { DEFAULT_RISK_POLICY, parseRiskPolicy, type RiskPolicy } from "@tocsin/protocol/match/risk.ts";
import { t } from "../i18n/i18n.ts";

/** A policy as a form has it: numbers as they are typed, an empty duration or distance for any. */
export interface RiskForm {
  minutes: string;
  metres: string;
  days: string;
  kinds: readonly string[];
}

export type RiskErrors = Partial<Record<keyof RiskForm, string>>;

/** The policy that was stored, or the default one: what this version cannot read counts as none. */
export function readStoredPolicy(value: unknown): RiskPolicy {
  try {
    return parseRiskPolicy(value);
  } catch (error) {
    if (error instanceof TocsinError) return DEFAULT_RISK_POLICY;
    throw error;
  }
}

export function toRiskForm({ longerThan, nearerThan, withinDays, kinds }: RiskPolicy): RiskForm {
  return {
    minutes: longerThan === undefined ? "" : String(longerThan / 60),
    metres: nearerThan === undefined ? "" : String(nearerThan),
    days: String(withinDays),
    kinds,
  };
}

/** Reads a policy from the form. Every field is looked at, so that all errors can be shown at once. */
export function readRiskForm(form: RiskForm): { policy: RiskPolicy } | { errors: RiskErrors } {
  const [minutes, metres] = [numberOf(form.minutes), numberOf(form.metres)];
  const duration = minutes === undefined ? {} : { longerThan: Math.round(minutes * 60) };
  const distance = metres === undefined ? {} : { nearerThan: metres };
  const rest = { withinDays: numberOf(form.days), kinds: form.kinds };
  const errors: RiskErrors = {
    ...errorOf("minutes", duration, t("A number of minutes up to 20160, or nothing for any duration.")),
    ...errorOf("metres", distance, t("A number of metres from 0.1 to 1000, or nothing for any distance.")),
    ...errorOf("days", { withinDays: rest.withinDays }, t("A whole number of days from 1 to 14.")),
    ...errorOf("kinds", { kinds: rest.kinds }, t("At least one kind of report is needed.")),
  };
  if (Object.keys(errors).length > 0) return { errors };
  return { policy: parseRiskPolicy({ ...duration, ...distance, ...rest }) };
}

/** Undefined for nothing; NaN, which no policy takes, for what is no number. */
function numberOf(text: string): number | undefined {
  const typed = text.trim().replace(",", ".");
  if (typed === "") return undefined;
  return /^\d+(\.\d+)?$/.test(typed) ? Number(typed) : Number.NaN;
}

function errorOf(field: keyof RiskForm, part: Record<string, unknown>, message: string): RiskErrors {
  try {
    parseRiskPolicy({ ...DEFAULT_RISK_POLICY, ...part });
    return {};
  } catch (error) {
    if (error instanceof TocsinError) return { [field]: message };
    throw error;
  }
}
