import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUCKETS, TokenBuckets } from "./tokenBucket.ts";

const rates = fc.integer({ min: 1, max: 1_000 });
const pauses = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 90, noNaN: true })), {
  minLength: 1,
  maxLength: 300,
});

describe("a token bucket", () => {
  it("never gives more than a full bucket and what came back meanwhile, in any stretch of time", () => {
    fc.assert(
      fc.property(rates, pauses, (perMinute, gaps) => {
        const buckets = new TokenBuckets(perMinute);
        let now = 1_000;
        const taken: number[] = [];
        for (const gap of gaps) {
          now += gap;
          if (buckets.take(7, now) === 0) taken.push(now);
        }
        const end = taken.at(-1)!;
        const tooMany = taken.filter(
          (from, index) => taken.length - index > perMinute + ((end - from) * perMinute) / 60 + 1e-3,
        );
        expect(tooMany).toEqual([]);
      }),
    );
  });

  it("refuses nobody who stays within the rate, and gives a whole bucket at once after a pause", () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 5 }), (perMinute, rounds) => {
        const buckets = new TokenBuckets(perMinute);
        for (let round = 0; round < rounds; round++) {
          const start = 1_000.1 + round * 60;
          const waits = Array.from({ length: perMinute }, () => buckets.take(7, start));
          expect(Math.max(...waits)).toBe(0);
          expect(buckets.take(7, start)).toBeGreaterThan(0);
        }
        const calm = new TokenBuckets(perMinute);
        const waits = Array.from({ length: 3 * perMinute }, (_, i) =>
          calm.take(7, 500 + (i * 60) / perMinute),
        );
        expect(Math.max(...waits)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it("says truly how long to wait", () => {
    fc.assert(
      fc.property(rates, pauses, (perMinute, gaps) => {
        const buckets = new TokenBuckets(perMinute);
        let now = 1_000;
        for (const gap of gaps) {
          now += gap;
          const wait = buckets.take(7, now);
          expect(wait).toBeLessThanOrEqual(60 / perMinute + 1e-6);
          if (wait === 0) continue;
          now += wait;
          expect(buckets.take(7, now)).toBe(0);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("is forgotten when it is full again, a minute later at most", () => {
    fc.assert(
      fc.property(
        rates,
        pauses,
        fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 })),
        (perMinute, gaps, senders) => {
          const buckets = new TokenBuckets(perMinute);
          let now = 1_000;
          for (const [index, gap] of gaps.entries()) {
            now += gap;
            buckets.take(senders[index % senders.length] ?? 7, now);
          }
          expect(buckets.forget(now)).toBeGreaterThan(0);
          expect(buckets.forget(now + 60 + 1e-6)).toBe(0);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("that is empty stays so, however many others come", () => {
    const buckets = new TokenBuckets(2);
    for (let i = 0; i < 2; i++) expect(buckets.take(7, 1_000)).toBe(0);
    // Every other bucket there is, twice over.
    for (let sender = 8; sender < BUCKETS + 7; sender++) buckets.take(sender, 1_000);
    buckets.forget(1_001);
    expect(buckets.take(7, 1_001)).toBeGreaterThan(0);
    expect(buckets.take(8, 1_001)).toBe(0);
  });
});
