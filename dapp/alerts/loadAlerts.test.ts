import { expect, test } from "vitest";
import { checkExposures } from "@tocsin/protocol/check/checkExposures.ts";
import { Community, contactOf, entryOf } from "@tocsin/protocol/check/support/community.ts";
import { packContacts, summarize } from "../contacts/packedContacts.ts";
import type { Store } from "../storage/store.ts";
import type { Source } from "../sync/source.ts";
import type { AlertMark } from "./alertMark.ts";
import { loadAlerts, namesOfLogs } from "./loadAlerts.ts";
import { toOutcome, type CheckOutcome } from "./outcome.ts";

const contacts = [contactOf(1, 2, 20_000, 20_400), contactOf(2, 2, 30_000, 30_400)];

async function outcomeOf(logId: number, checkedAt: number): Promise<CheckOutcome> {
  const community = new Community();
  community.publish(100_000, entryOf(logId, 1, 8));
  const result = await checkExposures(community.checkOf(...contacts));
  const outcome = toOutcome(result, summarize([packContacts(contacts)]), checkedAt);
  return { ...outcome, source: { ...outcome.source, logId } };
}

const storeOf = (outcomes: CheckOutcome[], marks: AlertMark[]): Store =>
  ({
    results: {
      outcomes: async () => new Map(outcomes.map((outcome) => [String(outcome.source.logId), outcome])),
      marks: async () => new Map(marks.map((mark) => [mark.id, mark])),
    },
  }) as unknown as Store;

test("alerts are of all logs, latest encounter first, each with its log and what the user said of it", async () => {
  const outcomes = [await outcomeOf(1, 200_000), await outcomeOf(2, 300_000)];
  const { id } = outcomes[0]!.exposures[0]!;
  const { alerts, checkedAt } = await loadAlerts(storeOf(outcomes, [{ id, readAt: 7 }]));
  expect(checkedAt).toBe(300_000);
  expect(alerts.map(({ firstSeen, log, mark }) => [firstSeen, log.logId, mark.readAt])).toEqual([
    [30_000, 2, undefined],
    [20_000, 1, 7],
  ]);
});

test("nothing was checked where no check is stored", async () => {
  expect(await loadAlerts(storeOf([], []))).toEqual({ alerts: [] });
});

test("a log is named where there are several, by its number where it is not followed any more", async () => {
  const outcomes = [await outcomeOf(1, 200_000), await outcomeOf(2, 300_000)];
  const { alerts } = await loadAlerts(storeOf(outcomes, []));
  const followed = {
    ...{ name: "Our community", chainId: outcomes[0]!.source.chainId, registry: `0x${"a1".repeat(20)}` },
    ...{ logId: 2, rpc: "https://rpc.example", gateways: ["https://gateway.example"], relayer: "" },
  } satisfies Source;
  expect(alerts.map(namesOfLogs(alerts, [followed]))).toEqual(["Our community", "Log 1 of 0xa1a1a1…"]);
  const [ofOurs] = alerts;
  expect(namesOfLogs([ofOurs!], [followed])(ofOurs!)).toBeUndefined();
});
