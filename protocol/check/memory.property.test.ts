import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { filterEntry } from "../entry/entry.ts";
import type { ContactRecord } from "../match/contactRecords.ts";
import { checkExposures, type CheckInput, type CheckResult } from "./checkExposures.ts";
import { Community, contactOf, entryOf } from "./support/community.ts";
import { LinesMemory } from "./support/linesMemory.ts";

const PEOPLE = 3;
const LAST_INDEX = 9;
const HOUR = 3_600;
const DAY = 24 * HOUR;

const person = fc.integer({ min: 1, max: PEOPLE });
const index = fc.integer({ min: 1, max: LAST_INDEX });
const report = fc.record({ person, a: index, b: index });
/** Often in the same moment, or the same hour. */
const pause = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: HOUR }),
  fc.integer({ min: HOUR, max: 4 * DAY }),
);

type Step =
  | {
      do: "publish" | "submit";
      reports: { person: number; a: number; b: number }[];
      lie: boolean;
      pause: number;
    }
  | { do: "meet"; person: number; index: number; ago: number; lasting: number }
  | { do: "grow"; which: number; by: number }
  | { do: "lose"; which: number }
  | { do: "reorganise"; blocks: number }
  | { do: "interrupt"; after: number }
  | { do: "check" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("publish" as const, "publish" as const, "submit" as const),
      reports: fc.array(report, { minLength: 1, maxLength: 3 }),
      lie: fc.boolean(),
      pause,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("meet" as const), person, index, ago: pause, lasting: pause }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("grow" as const), which: fc.nat(99), by: pause }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lose" as const), which: fc.nat(99) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("reorganise" as const), blocks: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("interrupt" as const), after: fc.nat(4) }) },
  { weight: 3, arbitrary: fc.constant({ do: "check" as const }) },
);

/** A device with a memory in a community, and how much it had to fetch. */
class World {
  readonly community = new Community();
  readonly memory = new LinesMemory();
  now = 100 * DAY;
  contacts: ContactRecord[] = [];

  get input(): CheckInput {
    return this.community.checkOf(...this.contacts);
  }

  /** Checks with the memory; ends it when that many batches are asked for. */
  async check(after = Number.POSITIVE_INFINITY): Promise<{ result: CheckResult; fetched: number }> {
    const { input } = this;
    const controller = new AbortController();
    let fetched = 0;
    const result = await checkExposures({
      ...input,
      memory: this.memory,
      signal: controller.signal,
      fetch: (url, init) => {
        if (++fetched > after) controller.abort(new Error("interrupted"));
        return input.fetch(url, init);
      },
    });
    return { result, fetched };
  }

  /** @returns how many batches needed no second reading, in a check that gives what one without a memory gives */
  async compare(): Promise<number> {
    const full = await checkExposures(this.input);
    const { result, fetched } = await this.check();
    const { rememberedBatches, ...counts } = result.counts;
    expect({ ...counts, rememberedBatches: 0 }).toEqual(full.counts);
    expect(result.exposures).toEqual(full.exposures);
    expect(result.falseFilters).toEqual(full.falseFilters);
    expect(result.log).toEqual(full.log);
    for (const replay of result.replays) expect(full.replays).toContainEqual(replay);
    expect(fetched).toBe(counts.batches - rememberedBatches);
    const again = await this.check();
    expect(again.fetched, "a second check with nothing new").toBe(0);
    expect(again.result.exposures).toEqual(full.exposures);
    return rememberedBatches;
  }

  async take(step: Step): Promise<number> {
    const { community, contacts } = this;
    switch (step.do) {
      case "publish":
      case "submit": {
        this.now += step.pause;
        const entries = step.reports.map(({ person, a, b }) =>
          entryOf(person, Math.min(a, b), Math.max(a, b)),
        );
        if (step.lie) entries.push(filterEntry(new Uint8Array(32)));
        if (step.do === "publish") community.publish(this.now, ...entries);
        else community.submitDirect(this.now, ...entries);
        return 0;
      }
      case "meet": {
        const firstSeen = this.now - step.ago;
        contacts.push(contactOf(step.person, step.index, firstSeen, firstSeen + step.lasting));
        return 0;
      }
      case "grow": {
        const grown = contacts[step.which % contacts.length];
        if (grown)
          this.contacts = contacts.with(contacts.indexOf(grown), {
            ...grown,
            lastSeen: grown.lastSeen + step.by,
          });
        return 0;
      }
      case "lose":
        contacts.splice(step.which % 7, 1);
        return 0;
      case "reorganise":
        community.chain.dropBlocks(Math.min(step.blocks, community.chain.height - 1) || 1);
        if (community.chain.height < 1) community.open();
        return 0;
      case "interrupt":
        await this.check(step.after).catch((error: unknown) =>
          expect(error).toEqual(new Error("interrupted")),
        );
        return 0;
      case "check":
        return this.compare();
    }
  }
}

describe("a check with a memory", () => {
  it("finds what one without finds, whatever came between, and fetches no batch again for nothing", async () => {
    let remembered = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 30 }), async (steps) => {
        const world = new World();
        for (const step of steps) remembered += await world.take(step);
        remembered += await world.compare();
      }),
      { numRuns: 150 },
    );
    expect(remembered).toBeGreaterThan(100);
  });
});
