import type { RiskPolicy } from "@tocsin/protocol/match/risk.ts";
import type { ContactSummary } from "../contacts/packedContacts.ts";
import type { CheckState } from "../match/useCheck.ts";
import { sourceId, type Source } from "../sync/source.ts";
import { isCaught, type SourceHealth } from "../sync/sourceHealth.ts";
import type { Failure } from "../verify/explainError.ts";
import type { AlertMark } from "./alertMark.ts";
import type { CheckOutcome } from "./outcome.ts";
import { sortByRelevance, type Relevance } from "./relevance.ts";

/** A result older than this says too little of today. */
const OUT_OF_DATE_SECONDS = 86_400;

/** What the device knows. Maps are by sourceId, or by an exposure's id. */
export interface HomeFacts {
  sources: readonly Source[];
  contacts: ContactSummary;
  outcomes: ReadonlyMap<string, CheckOutcome>;
  health: ReadonlyMap<string, SourceHealth>;
  marks: ReadonlyMap<string, AlertMark>;
  policy: RiskPolicy;
  /** Unix seconds. */
  now: number;
  isOnline: boolean;
  check: CheckState;
}

/** What the home screen says in one sentence: the first of these that is so. */
export type HomeStateName =
  | "settingUp"
  | "checking"
  | "noContacts"
  | "possibleExposure"
  /** This device could not complete the check. */
  | "stopped"
  | "caught"
  | "couldNotVerify"
  | "offline"
  | "neverChecked"
  | "outOfDate"
  /** There are contact records that were not compared. */
  | "newContacts"
  | "lessRelevant"
  | "nothingDetected";

/** The last complete check of a source. */
export interface SourceResult {
  source: Source;
  outcome: CheckOutcome;
}

/** A source whose last check could not be completed. */
export interface SourceFailure {
  source: Source;
  failure: Failure;
  /** It hides or rewrites, rather than being out of reach. */
  isCaught: boolean;
  /** When its last complete check was, unix seconds. */
  lastResultAt?: number;
}

export interface HomeState {
  name: HomeStateName;
  contacts: ContactSummary;
  /** Of every followed source that has one, also where a later check failed. */
  results: SourceResult[];
  /** The sources whose last check was complete: of these alone may be said that nothing was detected. */
  verified: Source[];
  failures: SourceFailure[];
  /** The sources of which nothing is known yet. */
  unchecked: Source[];
  /** What was found and not deleted, in all results. */
  found: Relevance;
  /** How many the user deleted. */
  deleted: number;
  /** How many of those the user has not read. */
  unread: number;
  /** Of those results that the headline is about, the one that says least of today. */
  oldest?: CheckOutcome;
  isOutOfDate: boolean;
  /** Whether there are contact records that were not compared. */
  hasNewContacts: boolean;
}

/** Decides what the home screen shows. It never takes a source that was not verified for one that found nothing. */
export function homeStateOf(facts: HomeFacts): HomeState {
  const { sources, contacts, outcomes, health, marks, policy, now } = facts;
  const results = sources.flatMap((source) => {
    const outcome = outcomes.get(sourceId(source));
    return outcome ? [{ source, outcome }] : [];
  });
  const failures = sources.flatMap((source) => failureOf(source, health, outcomes));
  const failed = new Set(failures.map(({ source }) => source));
  const current = results.filter(({ source }) => !failed.has(source));
  const all = results.flatMap(({ outcome }) => outcome.exposures);
  const shown = all.filter(({ id }) => marks.get(id)?.deletedAt === undefined);
  const [oldest] = (current.length > 0 ? current : results)
    .map(({ outcome }) => outcome)
    .sort((a, b) => a.checkedAt - b.checkedAt);
  const state = {
    contacts,
    results,
    verified: current.map(({ source }) => source),
    failures,
    unchecked: sources.filter((source) => !failed.has(source) && !outcomes.has(sourceId(source))),
    found: sortByRelevance(shown, policy, now),
    deleted: all.length - shown.length,
    unread: shown.filter(({ id }) => marks.get(id)?.readAt === undefined).length,
    ...(oldest ? { oldest } : {}),
    isOutOfDate: oldest !== undefined && now - oldest.checkedAt > OUT_OF_DATE_SECONDS,
    hasNewContacts: oldest !== undefined && hasNew(contacts, oldest),
  };
  return { name: nameOf(facts, state), ...state };
}

function nameOf(
  { sources, contacts, health, isOnline, check }: HomeFacts,
  { results, failures, found, isOutOfDate, hasNewContacts }: Omit<HomeState, "name">,
): HomeStateName {
  if (sources.length === 0) return "settingUp";
  if (check.status === "running" || isBeingStored(check, health)) return "checking";
  if (contacts.count === 0) return "noContacts";
  if (found.relevant.length > 0) return "possibleExposure";
  if (check.status === "failed") return "stopped";
  if (failures.some((failure) => failure.isCaught)) return "caught";
  if (failures.length > 0) return "couldNotVerify";
  if (!isOnline) return "offline";
  if (results.length === 0) return "neverChecked";
  if (isOutOfDate) return "outOfDate";
  if (hasNewContacts) return "newContacts";
  return found.lessRelevant.length > 0 ? "lessRelevant" : "nothingDetected";
}

/** Whether a check has ended and what was read of storage is from before its end: an old result must not pass for it. */
function isBeingStored(check: CheckState, health: HomeFacts["health"]): boolean {
  if (check.status !== "done") return false;
  return [...check.checkedAt].some(([id, time]) => (health.get(id)?.checkedAt ?? time) < time);
}

function failureOf(
  source: Source,
  health: HomeFacts["health"],
  outcomes: HomeFacts["outcomes"],
): SourceFailure[] {
  const last = health.get(sourceId(source));
  if (!last?.failure) return [];
  const outcome = outcomes.get(sourceId(source));
  return [
    {
      source,
      failure: last.failure,
      isCaught: isCaught(last),
      ...(outcome ? { lastResultAt: outcome.checkedAt } : {}),
    },
  ];
}

function hasNew({ count, to = 0 }: ContactSummary, { contacts }: CheckOutcome): boolean {
  // Records expire meanwhile: new ones may be among fewer.
  return count > contacts.count || to > contacts.to;
}
