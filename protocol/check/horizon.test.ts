import { describe, expect, it } from "vitest";
import { checkExposures } from "./checkExposures.ts";
import { RETENTION } from "../match/retention.ts";
import { Community, contactOf, entryOf } from "./support/community.ts";

const START = 50_000;

describe("the horizon of a check", () => {
  it("reads no batch that was anchored more than 14 days ago, whose bytes may be gone", async () => {
    const community = new Community();
    for (let day = 0; day < 30; day++) community.publish(START + day * 86_400, entryOf(day + 1, 1, 8));
    const asked: string[] = [];
    const input = community.checkOf();
    const { counts, log } = await checkExposures({
      ...input,
      fetch: (url, init) => {
        asked.push(url);
        return input.fetch(url, init);
      },
    });
    expect(log.batches).toHaveLength(30);
    expect(counts).toMatchObject({ batches: 15, olderBatches: 15, reports: 15 });
    expect(asked).toHaveLength(15);
  });

  it("does not look for contacts last seen before it", async () => {
    const community = new Community();
    const now = START + 2 * RETENTION;
    community.publish(now, entryOf(1, 1, 8));
    const [old, recent] = [contactOf(1, 2, START, START + 100), contactOf(1, 3, now - 5_000, now - 4_500)];
    const { exposures, counts } = await checkExposures(community.checkOf(old, recent));
    expect(exposures.flatMap(({ contacts }) => contacts)).toEqual([recent]);
    expect(counts.olderContacts).toBe(1);
  });
});
