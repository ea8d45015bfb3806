import { expect, test } from "vitest";
import { checkExposures } from "@tocsin/protocol/check/checkExposures.ts";
import { Community, contactOf, entryOf } from "@tocsin/protocol/check/support/community.ts";
import { packContacts, summarize } from "../contacts/packedContacts.ts";
import { toOutcome, type AnchoredReport } from "./outcome.ts";

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
