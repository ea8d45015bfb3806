import fc from "fast-check";
import { expect, test } from "vitest";
import { VirtualClock } from "./virtualClock.ts";

test("sleepers wake when they are due, and those of the same time in the order in which they went to sleep", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 50 }), { maxLength: 40 }), async (naps) => {
      const clock = new VirtualClock();
      const woken: { at: number; order: number }[] = [];
      naps.forEach((nap, order) => {
        void clock.sleep(nap).then(() => woken.push({ at: clock.monotonic(), order }));
      });
      await clock.advance(50);
      const expected = naps.map((at, order) => ({ at, order })).sort((a, b) => a.at - b.at);
      expect(woken).toEqual(expected);
    }),
  );
});

test("what a sleeper does next happens before time moves on", async () => {
  const clock = new VirtualClock();
  const steps: number[] = [];
  const walk = async (): Promise<void> => {
    for (let i = 0; i < 3; i++) {
      await clock.sleep(10);
      await Promise.resolve();
      steps.push(clock.monotonic());
    }
  };
  void walk();
  await clock.advance(25);
  expect(steps).toEqual([10, 20]);
  await clock.advance(5);
  expect(steps).toEqual([10, 20, 30]);
});

test("a signal wakes at once, also one that had already aborted", async () => {
  const clock = new VirtualClock();
  const aborting = new AbortController();
  const sleeping = clock.sleep(1000, aborting.signal);
  aborting.abort();
  await sleeping;
  await clock.sleep(1000, aborting.signal);
  expect(clock.monotonic()).toBe(0);
});

test("setting the clock moves wall time alone, and a suspended machine wakes nobody", async () => {
  const clock = new VirtualClock(1_000_000);
  let isAwake = false;
  void clock.sleep(10).then(() => (isAwake = true));
  clock.setWallTime(500);
  clock.suspend(60_000);
  await clock.advance(9);
  expect([clock.now(), clock.monotonic(), isAwake]).toEqual([60_509, 9, false]);
  await clock.advance(1);
  expect(isAwake).toBe(true);
});
