import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AcceleratedClock, realTime, simulatedTime, type Acceleration } from "./acceleratedClock.ts";

const day = 86_400_000;

const accelerations = fc.record<Acceleration>({
  origin: fc.integer({ min: 1, max: 10 * day }),
  factor: fc.integer({ min: 2, max: 5000 }),
  startedAt: fc.integer({ min: 10 * day, max: 20 * day }),
});

describe("simulated time", () => {
  test("begins at its origin, runs at its factor, and goes on as real time when it has caught up", () => {
    const acceleration = { origin: 100 * day, factor: 1000, startedAt: 101 * day };
    const at = (real: number): number => simulatedTime(acceleration.startedAt + real, acceleration);
    expect(at(0)).toBe(100 * day);
    expect(at(10)).toBe(100 * day + 10_000);
    const caughtUp = day / 999;
    expect(at(caughtUp - 1)).toBeLessThan(101 * day + caughtUp - 1);
    expect(at(caughtUp + 1)).toBe(101 * day + caughtUp + 1);
    expect(at(day)).toBe(102 * day);
  });

  test("never runs backwards, and its inverse tells when it will be", () => {
    fc.assert(
      fc.property(accelerations, fc.nat({ max: day }), fc.nat({ max: day }), (acceleration, a, b) => {
        const [first, second] = [Math.min(a, b), Math.max(a, b)].map((real) => acceleration.startedAt + real);
        expect(simulatedTime(second!, acceleration)).toBeGreaterThanOrEqual(
          simulatedTime(first!, acceleration),
        );
        const back = realTime(simulatedTime(first!, acceleration), acceleration);
        expect(Math.abs(back - first!)).toBeLessThan(0.01);
      }),
    );
  });
});

test("a sleep lasts as long as it should by the clock's own time, and ends at once when it is aborted", async () => {
  const clock = new AcceleratedClock({ origin: Date.UTC(2020), factor: 1000 });
  const before = clock.monotonic();
  await clock.sleep(30_000);
  expect(clock.monotonic() - before).toBeGreaterThanOrEqual(30_000);
  const aborting = new AbortController();
  const sleeping = clock.sleep(day * 365, aborting.signal);
  aborting.abort();
  await sleeping;
});

test("two processes with the same environment share it", () => {
  const clock = new AcceleratedClock({ origin: Date.UTC(2020), factor: 1000 });
  const other = AcceleratedClock.fromEnvironment(clock.environment());
  const before = clock.now();
  const seen = other.now();
  expect(seen).toBeGreaterThanOrEqual(before);
  expect(seen).toBeLessThanOrEqual(clock.now());
  expect(() => AcceleratedClock.fromEnvironment({})).toThrow("TOCSIN_SIMULATED_TIME");
});

test("time that stands begins for whoever sleeps, and at the same moment for who is told", async () => {
  const clock = new AcceleratedClock({ origin: Date.UTC(2020), factor: 1000, startedAt: Infinity });
  const other = AcceleratedClock.fromEnvironment(clock.environment());
  expect([clock.isStanding, other.isStanding]).toEqual([true, true]);
  clock.onBegin((startedAt) => other.begin(startedAt));
  const sleeping = clock.sleep(1_000);
  const aborted = clock.sleep(1_000, AbortSignal.abort());
  await aborted;
  expect([clock.now(), other.now()]).toEqual([Date.UTC(2020), Date.UTC(2020)]);
  clock.begin();
  await sleeping;
  const seen = clock.now();
  expect(seen).toBeGreaterThanOrEqual(Date.UTC(2020) + 1_000);
  expect(other.now()).toBeGreaterThanOrEqual(seen);
});
