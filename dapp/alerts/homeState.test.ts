import { beforeAll, expect, test } from "vitest";
import { checkExposures } from "@tocsin/protocol/check/checkExposures.ts";
import { Community, contactOf, entryOf } from "@tocsin/protocol/check/support/community.ts";
import { DEFAULT_RISK_POLICY } from "@tocsin/protocol/match/risk.ts";
import { packContacts, summarize } from "../contacts/packedContacts.ts";
import { sourceId, type Source } from "../sync/source.ts";
import type { Failure } from "../verify/explainError.ts";
import type { SourceHealth } from "../sync/sourceHealth.ts";
import { homeStateOf, type HomeFacts, type HomeState } from "./homeState.ts";
import { toOutcome, type CheckOutcome } from "./outcome.ts";

const NOW = 200_000;
const DAY = 86_400;
const OFFLINE: Failure = { code: "RPC_UNAVAILABLE", message: "" };
const HIDES: Failure = { code: "LOG_HEAD_MISMATCH", message: "" };

const sourceOf = (logId: number): Source => ({
  ...{ name: "", rpc: "http://rpc.invalid", chainId: 1, registry: `0x${"a1".repeat(20)}`, logId },
  ...{ gateways: ["http://gateway.invalid"], relayer: "" },
});
const [one, two] = [sourceOf(1), sourceOf(2)];
const [idOne, idTwo] = [sourceId(one), sourceId(two)];
const contacts = { count: 3, from: 20_000, to: 30_400 };

/** Of checks that found a long encounter, a brief one, or none. */
let long: CheckOutcome;
let brief: CheckOutcome;
let none: CheckOutcome;

beforeAll(async () => {
  const outcomeOf = async (...met: ReturnType<typeof contactOf>[]): Promise<CheckOutcome> => {
    const community = new Community();
    community.publish(100_000, entryOf(1, 1, 8), entryOf(2, 1, 8));
    const outcome = toOutcome(
      await checkExposures(community.checkOf(...met)),
      summarize([packContacts(met)]),
      NOW - 60,
    );
    return { ...outcome, contacts };
  };
  long = await outcomeOf(contactOf(1, 2, 20_000, 20_400));
  brief = await outcomeOf(contactOf(2, 2, 30_000, 30_060));
  none = await outcomeOf(contactOf(9, 2, 30_000, 30_400));
});

/** What is shown where one source was checked a minute ago, and found nothing, except for what is said otherwise. */
function stateWith(facts: Partial<HomeFacts>): HomeState {
  const outcomes = facts.outcomes ?? new Map([[idOne, none]]);
  return homeStateOf({
    ...{ sources: [one], contacts, outcomes, marks: new Map(), policy: DEFAULT_RISK_POLICY },
    health: new Map([...outcomes].map(([id, { checkedAt }]) => [id, { checkedAt }])),
    ...{ now: NOW, isOnline: true, check: { status: "idle" }, ...facts },
  });
}
const failing = (failure: Failure) => ({ checkedAt: NOW, failure });
const running: HomeFacts["check"] = {
  ...{ status: "running", source: one, nth: 1, of: 1, progress: { phase: "log", done: 0, total: 1 } },
};

test.each<[HomeState["name"], () => Partial<HomeFacts>]>([
  ["settingUp", () => ({ sources: [], contacts: { count: 0 } })],
  ["noContacts", () => ({ contacts: { count: 0 }, outcomes: new Map() })],
  ["neverChecked", () => ({ outcomes: new Map() })],
  ["checking", () => ({ check: running })],
  ["stopped", () => ({ check: { status: "failed", failure: OFFLINE } })],
  ["nothingDetected", () => ({})],
  ["possibleExposure", () => ({ outcomes: new Map([[idOne, long]]) })],
  ["lessRelevant", () => ({ outcomes: new Map([[idOne, brief]]) })],
  ["outOfDate", () => ({ now: NOW + DAY })],
  ["newContacts", () => ({ contacts: { ...contacts, count: 4 } })],
  ["offline", () => ({ isOnline: false })],
  ["couldNotVerify", () => ({ health: new Map([[idOne, failing(OFFLINE)]]) })],
  ["caught", () => ({ health: new Map([[idOne, failing(HIDES)]]) })],
])("%s", (name, facts) => {
  expect(stateWith(facts()).name).toBe(name);
});

test("an exposure is not kept quiet by whatever else is so", () => {
  const outcomes = new Map([[idOne, long]]);
  const health = new Map([[idOne, failing(HIDES)]]);
  const state = stateWith({ outcomes, health, isOnline: false, now: NOW + DAY });
  expect(state).toMatchObject({ name: "possibleExposure", isOutOfDate: true, unread: 1 });
  expect(state.failures).toMatchObject([{ source: one, isCaught: true, lastResultAt: long.checkedAt }]);
});

test("nothing is said of a source that failed or was not checked beside one that was verified", () => {
  const outcomes = new Map([[idOne, none]]);
  const health = new Map<string, SourceHealth>([
    [idOne, { checkedAt: NOW }],
    [idTwo, failing(OFFLINE)],
  ]);
  const failed = stateWith({ sources: [one, two], outcomes, health });
  expect(failed).toMatchObject({ name: "couldNotVerify", verified: [one], failures: [{ source: two }] });
  const unchecked = stateWith({ sources: [one, two], outcomes });
  expect(unchecked).toMatchObject({
    name: "nothingDetected",
    verified: [one],
    failures: [],
    unchecked: [two],
  });
  const old = stateWith({ health: new Map([[idOne, failing(OFFLINE)]]) });
  expect(old).toMatchObject({ verified: [], results: [{ source: one }], oldest: none });
});

test("what the user deleted is not counted, and what was read is not unread", () => {
  const { id } = long.exposures[0]!;
  const outcomes = new Map([
    [idOne, long],
    [idTwo, brief],
  ] as const);
  const facts = { sources: [one, two], outcomes };
  expect(stateWith(facts)).toMatchObject({ name: "possibleExposure", unread: 2 });
  const read = stateWith({ ...facts, marks: new Map([[id, { id, readAt: NOW }]]) });
  expect(read).toMatchObject({ name: "possibleExposure", unread: 1 });
  const deleted = stateWith({ ...facts, marks: new Map([[id, { id, deletedAt: NOW }]]) });
  expect(deleted).toMatchObject({ name: "lessRelevant", deleted: 1, unread: 1, found: { relevant: [] } });
});

test("a source that is no longer followed counts for nothing", () => {
  expect(stateWith({ outcomes: new Map([[idTwo, long]]) })).toMatchObject({
    name: "neverChecked",
    results: [],
  });
});

test("of several results the oldest says how old they are, and new contacts are noticed", () => {
  const outcomes = new Map([
    [idOne, none],
    [idTwo, { ...none, checkedAt: NOW - DAY - 1 }],
  ] as const);
  const state = stateWith({ sources: [one, two], outcomes });
  expect(state).toMatchObject({
    name: "outOfDate",
    oldest: { checkedAt: NOW - DAY - 1 },
    hasNewContacts: false,
  });
  expect(stateWith({ contacts: { ...contacts, to: NOW } }).hasNewContacts).toBe(true);
});

test("a check that has ended is still shown as one until its own result has been read", () => {
  const check: HomeFacts["check"] = { status: "done", checkedAt: new Map([[idOne, none.checkedAt]]) };
  const before = new Map([[idOne, { checkedAt: none.checkedAt - 1 }]]);
  expect(stateWith({ check, health: before }).name).toBe("checking");
  expect(stateWith({ check }).name).toBe("nothingDetected");
  // Erased since, not still to come.
  expect(stateWith({ check, outcomes: new Map(), health: new Map() }).name).toBe("neverChecked");
});
