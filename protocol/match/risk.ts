import { Fields } from "../bytes/fields.ts";
import { TocsinError } from "../errors.ts";
import { decodeCoEpiMemo } from "../report/memo.ts";
import { MEMO_TYPES, type Report } from "../report/report.ts";
import type { Exposure } from "./exposures.ts";
import { RETENTION } from "./retention.ts";

/** What a report's memo says of symptoms: some, none, or nothing that can be read here. */
export const REPORT_KINDS = ["symptoms", "noSymptoms", "unreadable"] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

const DAY = 86_400;
const MAX_DAYS = RETENTION / DAY;
const MIN_METRES = 0.1;
const MAX_METRES = 1_000;

/**
 * Which exposures count as relevant. It sorts and never filters: an exposure that does not meet it is still shown, as
 * less relevant and with the reasons, never hidden in silence.
 */
export interface RiskPolicy {
  /** Seconds from the first sight to the last, more than this; left out: any duration. */
  longerThan?: number;
  /** Metres on average, less than this; left out: any distance. An exposure without a distance counts as near. */
  nearerThan?: number;
  /** Last seen at most this many days ago, 1 to 14: the check reads no further back. */
  withinDays: number;
  /** One report of one of these kinds is enough. */
  kinds: readonly ReportKind[];
}

/**
 * - Longer than 5 minutes: health authorities count from 15, but a radio misses sightings, and passers-by are gone in 5.
 * - Nearer than 3 metres: twice the distance that authorities ask people to keep, since a pocket or a body in between makes
 *   a radio overestimate.
 * - 14 days: all that the check reads, and as long as an infection may take to show.
 * - All kinds of report: who reports no symptoms may have been tested, and the memo of another app may say anything.
 */
export const DEFAULT_RISK_POLICY: RiskPolicy = {
  longerThan: 300,
  nearerThan: 3,
  withinDays: MAX_DAYS,
  kinds: REPORT_KINDS,
};

/** What of an exposure and its reports is assessed. */
export interface AssessedExposure extends Pick<Exposure, "firstSeen" | "lastSeen" | "averageDistance"> {
  reports: readonly { report: Pick<Report, "memoType" | "memo"> }[];
}

/** What a policy asks of an exposure, in the order in which it is said. */
export type PolicyPart = "duration" | "distance" | "recency" | "kind";

/**
 * Compares an exposure with a policy.
 * @returns the parts that it does not meet; none where it is relevant
 * @param now unix seconds
 */
export function unmetParts(exposure: AssessedExposure, policy: RiskPolicy, now: number): PolicyPart[] {
  const { longerThan = -1, nearerThan = Number.POSITIVE_INFINITY, withinDays, kinds } = policy;
  const { firstSeen, lastSeen, averageDistance = 0, reports } = exposure;
  const isMet: Record<PolicyPart, boolean> = {
    duration: lastSeen - firstSeen > longerThan,
    distance: averageDistance < nearerThan,
    recency: lastSeen >= now - withinDays * DAY,
    kind: reports.some(({ report }) => kinds.includes(kindOf(report))),
  };
  return (["duration", "distance", "recency", "kind"] as const).filter((part) => !isMet[part]);
}

/**
 * Reads a policy from JSON; unknown fields are passed over.
 * @throws POLICY_INVALID
 */
export function parseRiskPolicy(value: unknown): RiskPolicy {
  const fields = new Fields(value, "POLICY_INVALID", "policy");
  const nearerThan = fields.optionalPositive("nearerThan");
  if (nearerThan !== undefined && (nearerThan < MIN_METRES || nearerThan > MAX_METRES))
    throw new TocsinError(
      "POLICY_INVALID",
      `policy.nearerThan must be a number from ${MIN_METRES} to ${MAX_METRES}`,
    );
  return {
    ...(fields.has("longerThan") ? { longerThan: fields.uint("longerThan", 1, RETENTION) } : {}),
    ...(nearerThan === undefined ? {} : { nearerThan }),
    withinDays: fields.uint("withinDays", 1, MAX_DAYS),
    kinds: parseKinds((value as { kinds?: unknown }).kinds),
  };
}

function parseKinds(value: unknown): ReportKind[] {
  const kinds = Array.isArray(value) ? REPORT_KINDS.filter((kind) => value.includes(kind)) : [];
  if (kinds.length === 0 || kinds.length !== (value as unknown[]).length)
    throw new TocsinError(
      "POLICY_INVALID",
      `policy.kinds must be a list of some of ${REPORT_KINDS.join(", ")}, each once`,
    );
  return kinds;
}

function kindOf({ memoType, memo }: Pick<Report, "memoType" | "memo">): ReportKind {
  if (memoType !== MEMO_TYPES.coepiV1) return "unreadable";
  try {
    const { cough, fever, symptoms } = decodeCoEpiMemo(memo);
    const some = cough !== "none" || fever !== "none" || symptoms.some((each) => each !== "noSymptoms");
    return some ? "symptoms" : "noSymptoms";
  } catch (error) {
    if (error instanceof TocsinError) return "unreadable";
    throw error;
  }
}
