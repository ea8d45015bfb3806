import { describe, expect, it, vi } from "vitest";
import { openBluezBench, until, type BluezBench } from "../../test/support/radio/bluezBench.ts";
import { VirtualClock } from "../../test/support/radio/virtualClock.ts";
import type { Clock } from "../ports/clock.ts";

const number = (byte: number): Uint8Array => new Uint8Array(16).fill(byte);

/** What both clocks jump by, in ms. */
interface Jump {
  now: number;
  monotonic: number;
}

/** Somewhere on the way to the air, time passes. */
interface Bench extends BluezBench {
  time: VirtualClock;
  pass: (jump: Jump) => void;
}

async function bench(): Promise<Bench> {
  const time = new VirtualClock();
  const passed = { now: 0, monotonic: 0 };
  const clock: Clock = {
    now: () => time.now() + passed.now,
    monotonic: () => time.monotonic() + passed.monotonic,
    sleep: (milliseconds, signal) => time.sleep(milliseconds, signal),
  };
  const pass = (jump: Jump): void => {
    passed.now += jump.now;
    passed.monotonic += jump.monotonic;
  };
  return { ...(await openBluezBench({ clock, interval: 3_600_000 })), time, pass };
}

/** Before BlueZ hears of the number: it is slow to end its scan. */
function whileItStopsListening({ adapter }: Bench, act: () => void): void {
  const stop = adapter.stopScanning.bind(adapter);
  vi.spyOn(adapter, "stopScanning").mockImplementationOnce(() => {
    act();
    stop();
  });
}

/** After BlueZ was called and before it asks what it is to send: it looks whether the adapter, which scans, can advertise. */
function beforeItAsks({ adapter }: Bench, act: () => void): void {
  let isLate = false;
  Object.defineProperty(adapter, "canAdvertise", {
    get: () => {
      if (adapter.isScanning && !isLate) {
        isLate = true;
        act();
      }
      return true;
    },
  });
}

const MOMENTS = [
  ["before it is called", whileItStopsListening],
  ["before it asks for the number", beforeItAsks],
] as const;

describe.each(MOMENTS)("where time passes %s, BlueZ", (_, at) => {
  it.each<[string, Jump]>([
    ["is given what is left when it was slow", { now: 8_000, monotonic: 8_000 }],
    ["is given what is left when the machine slept", { now: 8_000, monotonic: 0 }],
    ["is given what is left when somebody set the clock back", { now: -3_600_000, monotonic: 8_000 }],
  ])("%s", async (_name, jump) => {
    const here = await bench();
    const { radio, time, onAir, log } = here;
    await radio.listen();
    at(here, () => here.pass(jump));
    expect(await radio.advertise(number(1), { seconds: 20.9, isConnectable: false })).toBe(true);
    await time.advance(11_900);
    expect(onAir()).toHaveLength(1);
    await time.advance(200);
    expect(onAir()).toEqual([]);
    await until(() => expect(log.withdrawals).toBe(1));
  });

  it("puts nothing on air when less than a second is left, and what was there before is off", async () => {
    const here = await bench();
    const { radio, adapter, onAir, log } = here;
    const sent = vi.spyOn(adapter, "advertise");
    await radio.advertise(number(1), { seconds: 900, isConnectable: false });
    await radio.listen();
    at(here, () => here.pass({ now: 600_000, monotonic: 0 }));
    expect(await radio.advertise(number(2), { seconds: 600.9, isConnectable: false })).toBe(false);
    expect(onAir()).toEqual([]);
    expect(sent).toHaveBeenCalledTimes(1);
    expect(adapter.isScanning).toBe(true);
    expect(log.deafenings).toBe(0);
    expect(await radio.advertise(number(3), { seconds: 900, isConnectable: false })).toBe(true);
    expect(onAir()).toHaveLength(1);
  });
});
