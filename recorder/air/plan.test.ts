import fc from "fast-check";
import { expect, it } from "vitest";
import { BridgedNumbers } from "./bridged.ts";
import { AirPlan } from "./plan.ts";

const number = (fill: number): Uint8Array => new Uint8Array(16).fill(fill);

/** Who is on air in each of so many seconds; 0 is the own number. */
function seconds(
  plan: AirPlan,
  bridged: BridgedNumbers,
  own: Uint8Array,
  from: number,
  count: number,
): number[] {
  return Array.from({ length: count }, (_, i) => plan.turn(own, bridged, from + i * 1_000)?.tcn[0] ?? 0);
}

it("the own number is on air all the time while there is no other", () => {
  expect(new Set(seconds(new AirPlan(), new BridgedNumbers(), number(99), 0, 2_000))).toEqual(new Set([0]));
});

it("a bridged number has five seconds after every ten of the own one, each in its turn", () => {
  const plan = new AirPlan();
  const bridged = new BridgedNumbers();
  plan.turn(number(99), bridged, 0);
  bridged.add(number(1), 0);
  bridged.add(number(2), 0);
  const turns = seconds(plan, bridged, number(99), 10_000, 45);
  const own = Array<number>(10).fill(0);
  const of = (fill: number): number[] => Array<number>(5).fill(fill);
  expect(turns).toEqual([...of(1), ...own, ...of(2), ...own, ...of(1), ...own]);
});

it("a new own number has its turn at once, and ten seconds of it", () => {
  const plan = new AirPlan();
  const bridged = new BridgedNumbers();
  bridged.add(number(1), 0);
  plan.turn(number(99), bridged, 0);
  expect(plan.turn(number(99), bridged, 10_000)!.tcn).toEqual(number(1));
  expect(seconds(plan, bridged, number(98), 11_000, 11)).toEqual([...Array<number>(10).fill(0), 1]);
});

it("nobody is on air after its end, and the own number never less than two thirds of the time", () => {
  const look = fc.record({
    wait: fc.integer({ min: 1, max: 2_000 }),
    writes: fc.array(fc.nat(30), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(look, { minLength: 50, maxLength: 400 }), (looks) => {
      const plan = new AirPlan();
      const bridged = new BridgedNumbers();
      let now = 0;
      let own = 0;
      let total = 0;
      for (const { wait, writes } of looks) {
        for (const fill of writes) bridged.add(number(fill), now);
        const turn = plan.turn(number(99), bridged, now);
        if (turn !== undefined) expect(turn.until).toBeGreaterThan(now);
        now += wait;
        total += wait;
        if (turn === undefined) own += wait;
        // A look comes late by up to two seconds.
        expect(own).toBeGreaterThanOrEqual((10 / 17) * (total - 7_000));
      }
    }),
    { numRuns: 50 },
  );
});
