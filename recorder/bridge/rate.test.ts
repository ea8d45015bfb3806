import fc from "fast-check";
import { expect, it } from "vitest";
import { Rate } from "./rate.ts";

it("whenever requests come, no minute has more than twice the rate, and a pause gives the whole of it at once", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.array(fc.nat(5_000), { maxLength: 500 }),
      (perMinute, gaps) => {
        const rate = new Rate(perMinute);
        const taken: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          if (rate.take(now)) taken.push(now);
        }
        for (const [i, at] of taken.entries()) {
          const within = taken.slice(i).filter((other) => other < at + 60_000);
          expect(within.length).toBeLessThanOrEqual(2 * perMinute);
        }
        now += 60_000;
        for (let i = 0; i < perMinute; i++) expect(rate.take(now)).toBe(true);
        expect(rate.take(now)).toBe(false);
      },
    ),
  );
});
