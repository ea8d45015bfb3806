import { expect, test } from "vitest";
import { checkExposures } from "@tocsin/protocol/check/checkExposures.ts";
import { Community, contactOf, entryOf } from "@tocsin/protocol/check/support/community.ts";
import { packContacts, summarize } from "../contacts/packedContacts.ts";
import { purgeOutcome, toOutcome, type AnchoredReport } from "./outcome.ts";

const contacts = [contactOf(1, 2, 20_000, 20_400), contactOf(2, 2, 30_000, 30_400)];

test("every report of an outcome names its lane and the transaction that brought it into the chain", async () => {
  const community = new Community();
  community.publish(100_000, entryOf(1, 1, 8));
  community.submitDirect(100_900, entryOf(2, 1, 8));
  const result = await checkExposures(community.checkOf(...contacts));
  const { exposures, counts } = toOutcome(result, summarize([packContacts(contacts)]), 200_000);
  const [direct, batch] = exposures.map(({ reports }) => reports[0]) as [AnchoredReport, AnchoredReport];
  const { transactionHash, blockNumber } = result.log.batches[0]!;
  expect(batch).toMatchObject({ lane: "batch", transactionHash, blockNumber });
  expect(direct).toMatchObject({
    lane: "direct",
    index: 0,
    transactionHash: result.log.directEntries[0]!.transactionHash,
    blockNumber: 3,
  });
  expect(direct).not.toHaveProperty("proof");
  expect(counts).toMatchObject({ batches: 1, directEntries: 1, reports: 2 });
});

test("an outcome keeps no contact record past 14 days, and never turns into one that found nothing", async () => {
  const RETENTION = 14 * 86_400;
  const replay = contactOf(1, 3, 150_000, 150_010);
  const community = new Community();
  community.publish(100_000, entryOf(1, 1, 8), entryOf(2, 1, 8));
  const result = await checkExposures(community.checkOf(...contacts, replay));
  const outcome = toOutcome(result, summarize([packContacts(contacts)]), 200_000);
  const seenOf = (now: number) => {
    const kept = purgeOutcome(outcome, now);
    return kept && [kept.exposures.map(({ contacts }) => contacts[0]?.firstSeen), kept.replays.length];
  };
  expect(purgeOutcome(outcome, RETENTION + 20_400)).toBe(outcome);
  expect(seenOf(RETENTION + 20_400)).toEqual([[30_000, 20_000], 1]);
  expect(seenOf(RETENTION + 20_401)).toEqual([[30_000], 1]);
  expect(seenOf(RETENTION + 30_401)).toBeUndefined();
  const onlyReplay = { ...outcome, exposures: [] };
  expect(purgeOutcome(onlyReplay, RETENTION + 150_011)).toEqual({ ...onlyReplay, replays: [] });
});
