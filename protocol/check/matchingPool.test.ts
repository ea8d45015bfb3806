import { describe, expect, it } from "vitest";
import { TocsinError } from "../errors.ts";
import type { EntriesMatch } from "./matchBatch.ts";
import { MatchingPool, type MatchingThread } from "./matchingPool.ts";

const found: EntriesMatch = {
  counts: { reports: 0, unknownEntries: 0, unreadableReports: 0 },
  disclosed: new Uint32Array(),
  matches: [],
};

describe("a pool of threads that compare", () => {
  it("asks each for one thing at a time", async () => {
    const busy = [0, 0];
    let begun = 0;
    const pool = new MatchingPool(2, (): MatchingThread => {
      const number = begun++;
      return {
        ask: async () => {
          expect(++busy[number]!).toBe(1);
          await new Promise((resolve) => setImmediate(resolve));
          busy[number]!--;
          return { match: found };
        },
        close: () => undefined,
      };
    });
    const answers = await Promise.all(Array.from({ length: 9 }, () => pool.matchEntries([])));
    expect(answers).toEqual(Array.from({ length: 9 }, () => found));
    expect(begun).toBe(2);
  });

  it("whose only thread ended fails all that waits for it", async () => {
    const pool = new MatchingPool(1, () => ({
      ask: () => Promise.reject(new TocsinError("MATCHING_FAILED", "it ended")),
      close: () => undefined,
    }));
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => pool.matchEntries([])));
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  });
});
