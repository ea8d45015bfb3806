import { expect, test } from "vitest";
import { checkExposures } from "@tocsin/protocol/check/checkExposures.ts";
import { Community, contactOf, entryOf } from "@tocsin/protocol/check/support/community.ts";
import { DEFAULT_RISK_POLICY } from "@tocsin/protocol/match/risk.ts";
import { packContacts, summarize } from "../contacts/packedContacts.ts";
import { toOutcome, type ExposureAlert } from "./outcome.ts";
import { headlineOf, sortByRelevance } from "./relevance.ts";

const NOW = 200_000;

/** The exposures of a long encounter with person 1 and of a brief, later one with person 2. */
async function exposuresOf(...people: (1 | 2)[]): Promise<ExposureAlert[]> {
  const contacts = [contactOf(1, 2, 20_000, 20_400), contactOf(2, 2, 30_000, 30_060)];
  const met = people.map((person) => contacts[person - 1]!);
  const community = new Community();
  community.publish(100_000, entryOf(1, 1, 8), entryOf(2, 1, 8));
  const result = await checkExposures(community.checkOf(...met));
  return toOutcome(result, summarize([packContacts(met)]), NOW).exposures;
}

test("what is relevant comes first, what is less so with its reasons, and nothing is left out", async () => {
  const [brief, long] = (await exposuresOf(1, 2)) as [ExposureAlert, ExposureAlert];
  expect(sortByRelevance([brief, long], DEFAULT_RISK_POLICY, NOW)).toEqual({
    relevant: [long],
    lessRelevant: [{ exposure: brief, reasons: ["Not longer than 5 minutes"] }],
  });
});

test.each([
  [[1, 2] as const, "Possible exposure"],
  [[2] as const, "Only less relevant encounters"],
  [[] as const, "No exposures detected"],
])("who met the people %j reads: %s", async (people, headline) => {
  const found = sortByRelevance(await exposuresOf(...people), DEFAULT_RISK_POLICY, NOW);
  expect(headlineOf(found)).toBe(headline);
});
