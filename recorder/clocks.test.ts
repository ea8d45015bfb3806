import fc from "fast-check";
import { expect, it } from "vitest";
import { World, type Member } from "../test/support/recorders.ts";
import type { Clock } from "./ports/clock.ts";
import type { Radio } from "./ports/radio.ts";

const MINUTE = 60_000;
const SLOT = 900_000;

/** What befalls a machine. Every step ends with the recorder running. */
type Step =
  | { kind: "wait"; ms: number }
  | { kind: "set"; ms: number }
  | { kind: "suspend"; ms: number }
  | { kind: "restart"; ms: number }
  | { kind: "off" | "away" | "discoverable"; ms: number }
  | { kind: "hand out" | "erase" };

const ms = fc.integer({ min: 0, max: 30 * MINUTE });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms }) },
  fc.record({ kind: fc.constant("set" as const), ms: fc.integer({ min: -30 * MINUTE, max: 30 * MINUTE }) }),
  fc.record({ kind: fc.constant("set" as const), ms: fc.integer({ min: -3_000, max: 3_000 }) }),
  fc.record({ kind: fc.constantFrom("suspend" as const, "restart" as const), ms }),
  fc.record({ kind: fc.constantFrom("off" as const, "away" as const, "discoverable" as const), ms }),
  fc.record({ kind: fc.constantFrom("hand out" as const, "erase" as const) }),
);

async function take(world: World, member: Member, next: Step): Promise<void> {
  const { clock } = world;
  const { adapter } = member;
  const during = async (set: (isOn: boolean) => void, length: number): Promise<void> => {
    set(true);
    await clock.advance(length);
    set(false);
  };
  switch (next.kind) {
    case "wait":
      return clock.advance(next.ms);
    case "set":
      clock.setWallTime(clock.now() + next.ms);
      return;
    case "suspend":
      clock.suspend(next.ms);
      return;
    case "restart":
      await member.stop();
      await clock.advance(next.ms);
      return member.start();
    case "off":
      return during((isOff) => adapter.setPowered(!isOff), next.ms);
    case "away":
      return during((isAway) => adapter.setPresent(!isAway), next.ms);
    case "discoverable":
      return during((isOn) => adapter.setDiscoverable(isOn), next.ms);
    case "hand out":
      await member.recorder.handOut([{ from: 0, to: world.seconds }]).catch(() => []);
      return;
    case "erase":
      await member.recorder.eraseKeys();
  }
}

/** Looks on at every call that puts something on air. */
function watch(world: World, seen: { seconds: number; at: number }[]): (radio: Radio) => Radio {
  return (radio) => {
    const advertise = radio.advertise.bind(radio);
    radio.advertise = (data, options) => {
      seen.push({ seconds: options.seconds, at: world.clock.now() / 1_000 });
      return advertise(data, options);
    };
    return radio;
  };
}

it("no number is on air longer than 900 s, or again after another, whatever befalls the machine and its clock", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const world = new World();
      const seen: { seconds: number; at: number }[] = [];
      const a = await world.add("a", { wrap: watch(world, seen) });
      for (const next of steps) {
        await take(world, a, next);
        // A clock that is set while nothing runs shows in nothing: it is seen here before the next step.
        await world.clock.advance(1_100);
      }
      await world.clock.advance(20 * MINUTE);
      expect(a.recorder.status().state).toBe("recording");
      const { sent } = a;
      for (const [i, { first, last, addresses }] of sent.entries()) {
        expect(last - first).toBeLessThanOrEqual(SLOT);
        const next = sent[i + 1];
        if (next !== undefined) expect(next.first, "one after the other").toBeGreaterThan(last);
        for (const address of addresses)
          expect(
            sent.filter((other) => other.addresses.has(address)),
            "one number an address",
          ).toHaveLength(1);
      }
      for (const { seconds } of seen) expect(seconds >= 1 && seconds <= 900).toBe(true);
      await world.close();
    }),
    { numRuns: 25 },
  );
});

it("the radio is never given longer than what is left of the slot, by the clock and by the time that passed", async () => {
  const world = new World();
  const seen: { seconds: number; at: number }[] = [];
  const a = await world.add("a", { wrap: watch(world, seen) });
  const start = world.seconds;
  await world.clock.advance(400_500);
  a.adapter.setPowered(false);
  a.adapter.setPowered(true);
  await world.clock.advance(1_000);
  expect(seen.at(-1)!.seconds).toBe(499.5);
  world.clock.setWallTime(world.clock.now() + 100_000);
  await world.clock.advance(1_000);
  expect(seen.at(-1)!.seconds).toBeLessThanOrEqual(start + 900 - seen.at(-1)!.at);
  const count = a.sent.length;
  world.clock.setWallTime(world.clock.now() - 100_000);
  await world.clock.advance(3_000);
  expect(a.sent, "its slot would come a second time").toHaveLength(count + 1);
  await world.close();
});

it("a clock that is set back a little, again and again, keeps no number on air", async () => {
  const world = new World();
  const a = await world.add("a");
  for (let i = 0; i < 1_000; i++) {
    await world.clock.advance(3_000);
    world.clock.setWallTime(world.clock.now() - 1_900);
  }
  expect(a.sent.length).toBeGreaterThan(1);
  for (const { first, last } of a.sent) expect(last - first).toBeLessThanOrEqual(SLOT);
  await world.close();
});

it("a recorder that hangs keeps no number on air", async () => {
  const world = new World();
  let hangs = false;
  const wakes = Promise.withResolvers<undefined>();
  const clock: Clock = {
    now: () => world.clock.now(),
    monotonic: () => world.clock.monotonic(),
    sleep: (length, signal) => (hangs ? wakes.promise : world.clock.sleep(length, signal)),
  };
  const a = await world.add("a", { clock });
  await world.clock.advance(10 * MINUTE);
  hangs = true;
  await world.clock.advance(60 * MINUTE);
  expect(a.sent).toHaveLength(1);
  expect(a.sent[0]!.last - a.sent[0]!.first).toBeLessThanOrEqual(SLOT);
  hangs = false;
  wakes.resolve(undefined);
  await world.close();
});
