import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addressFaults, slotFaults } from "../test/support/event/addressFaults.ts";
import { flood, floodPrefix, replay } from "../test/support/event/attackers.ts";
import {
  distanceRatios,
  falseContacts,
  missedMeetings,
  type Day,
} from "../test/support/event/contactFaults.ts";
import { Machine, type Span } from "../test/support/event/machine.ts";
import { meetings } from "../test/support/event/meetings.ts";
import { ownNumbers, sentNumbers } from "../test/support/event/sentNumbers.ts";
import { dayAtEvent, halls } from "../test/support/event/timetable.ts";
import { SimulatedAdapter, type AdapterOptions } from "../test/support/radio/simulatedAdapter.ts";
import { SimulatedAir } from "../test/support/radio/simulatedAir.ts";
import { VirtualClock } from "../test/support/radio/virtualClock.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";

const people = 50;
const seed = 20260105;
const midnight = Date.UTC(2026, 0, 5);
const hour = 3_600_000;
const day: Span = { from: midnight, to: midnight + 24 * hour };
const range = 30;

/** Megabytes of heap that all recorders and the simulation around them may take, at any time of the day. */
const mostHeap = 100;
/** Megabytes by which it may grow from the first look to the last: the journal of the air and nothing else. */
const mostGrowth = 30;

/** Most machines only broadcast; some connect. */
function adapterOf(person: number): AdapterOptions {
  if (person % 6 === 0) return { privacy: true };
  if (person % 6 === 1) return { extended: false };
  return person % 6 === 2 ? { hasTxPower: false } : {};
}

describe("a day of fifty recorders at an event", () => {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-day-"));
  const clock = new VirtualClock(midnight);
  // Real advertisers repeat themselves more often: fewer chances to be heard, and a day that takes minutes.
  const air = new SimulatedAir({ clock, seed, interval: 6000, range });
  const paths = dayAtEvent(people, midnight, seed);
  const machines: Machine[] = [];
  const heaps: { hour: number; megabytes: number }[] = [];
  const flooded: Span = { from: midnight + 14 * hour, to: midnight + 15 * hour };
  let refused = 0;
  let replayer: Awaited<ReturnType<typeof replay>>;
  let seconds = 0;
  let found: Day;

  beforeAll(async () => {
    const began = performance.now();
    for (const [person, path] of paths.entries()) {
      const station = air.join(`machine ${person}`, (time) => path.at(time));
      machines.push(await Machine.start(folder, new SimulatedAdapter("hci0", station, adapterOf(person))));
    }
    const happening = happenings();
    for (let passed = 1; passed <= 24; passed++) {
      await clock.advance(hour);
      if (passed % 3 === 1) heaps.push({ hour: passed, megabytes: heapInUse() });
    }
    await Promise.all(happening);
    refused = Math.max(...machines.map(({ recorder }) => recorder.status().refused));
    for (const machine of machines) await machine.stop();
    seconds = (performance.now() - began) / 1000;
    found = {
      machines,
      contacts: machines.map((machine) => machine.contacts()),
      own: machines.map((machine) => ownNumbers(machine.keyFile())),
      sent: sentNumbers(air.journal),
      stations: new Map(
        [...machines.map(({ adapter }) => adapter.station), replayer.station].map((station) => [
          station.name,
          station,
        ]),
      ),
      flood: { ...flooded, by: air.join("flooder", halls[0]!) },
      range,
    };
  }, 3_600_000);

  afterAll(() => {
    air.close();
    rmSync(folder, { recursive: true });
  });

  /** What befalls single machines, and who means ill, by the time of the day. */
  function happenings(): Promise<unknown>[] {
    const at = async (hours: number, what: () => unknown): Promise<void> => {
      await clock.sleep(hours * hour);
      await what();
    };
    return [
      at(9.4, () => machines[10]!.restart(90_000)),
      at(11.7, () => machines[11]!.restart(1_000)),
      at(16.1, () => machines[12]!.restart(20 * 60_000)),
      at(11.2, () => machines[20]!.loseAdapter(10 * 60_000)),
      at(12.8, () => machines[30]!.setClockAhead(7 * 60_000)),
      at(16.4, () => machines[30]!.setClockAhead(0)),
      at(14, () => flood(air, halls[0]!, { every: 40, lasts: hour })),
      at(9.5, async () => {
        const hours = { listensFor: 0.2 * hour, sendsAfter: 6 * hour, sendsFor: hour };
        replayer = await replay(air, halls[0]!, halls[1]!, hours);
      }),
    ];
  }

  test("every meeting of more than five minutes is recorded by both sides, to a minute at each end", () => {
    const met = meetings(paths, day, { nearness: 8, shortest: 300_000 });
    const { asked, missed } = missedMeetings(found, met);
    console.log(`${met.length} meetings, ${asked} numbers to be recorded, ${missed.length} missed`);
    expect(met.length).toBeGreaterThan(1000);
    expect(asked).toBeGreaterThan(2000);
    expect(missed.slice(0, 10)).toEqual([]);
  });

  test("every record is of a number that somebody in range really sent then", () => {
    const records = found.contacts.reduce((sum, { length }) => sum + length, 0);
    console.log(`${records} records, the day took ${seconds.toFixed(0)} s`);
    expect(records).toBeGreaterThan(10_000);
    expect(falseContacts(found).slice(0, 10)).toEqual([]);
  });

  test("distances are near the truth on average", () => {
    const ratios = distanceRatios(found);
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    console.log(`${ratios.length} distances, on average ${mean.toFixed(3)} times the true ones`);
    expect(ratios.length).toBeGreaterThan(1000);
    expect(mean).toBeGreaterThan(0.9);
    expect(mean).toBeLessThan(1.15);
  });

  test("a replayed number is a new, short record of the replayer, and nobody takes an own number for a contact", () => {
    expect(replayer.numbers).toBeGreaterThan(8);
    const late = found.contacts.flatMap((contacts) =>
      contacts.filter(({ tcn, firstSeen }) => {
        const [first] = [...(found.sent.get(toHex(tcn)) ?? [])];
        return first !== undefined && firstSeen * 1000 > first[1].to + hour;
      }),
    );
    expect(late.length).toBeGreaterThan(20);
  });

  test("a flood has its share of the room and no more, and the disk does not grow with it", () => {
    const floods = found.contacts.map(
      (contacts) => contacts.filter(({ tcn }) => toHex(tcn).startsWith(floodPrefix)).length,
    );
    const bytes = Math.max(...machines.map((machine) => machine.bytesOfContacts()));
    console.log(
      `${Math.max(...floods)} flood records at most, ${refused} without room, ${bytes / 1e6} MB on disk`,
    );
    expect(refused).toBeGreaterThan(0);
    // The hours by which room is counted need not be those of the flood.
    expect(Math.max(...floods)).toBeLessThanOrEqual(2 * 20_000);
    expect(bytes).toBeLessThan(20e6);
  });

  test("the heap stays small and does not grow with the day", () => {
    console.log(heaps.map(({ hour: when, megabytes }) => `${when} h: ${megabytes.toFixed(0)} MB`).join(", "));
    expect(Math.max(...heaps.map(({ megabytes }) => megabytes))).toBeLessThan(mostHeap);
    expect(heaps.at(-1)!.megabytes - heaps[0]!.megabytes).toBeLessThan(mostGrowth);
  });

  test("nothing on air ties two numbers together, lasts too long or is not Tocsin's", () => {
    const judged = machines.map(({ name }, index) => ({ name, own: found.own[index]! }));
    const advertisements = air.journal.entries("advertisement");
    expect(advertisements.length).toBeGreaterThan(people * 90);
    expect(addressFaults(air.journal, judged).slice(0, 10)).toEqual([]);
  });

  test("every number was on air in the slot that its key gives it, by its machine's clock", () => {
    const faults = machines.flatMap((machine, index) =>
      slotFaults(air.journal, { name: machine.name, own: found.own[index]! }, (time) => machine.shown(time)),
    );
    expect(faults.slice(0, 10)).toEqual([]);
  });
});

/** Megabytes that are still in use after a collection. */
function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed / 1e6;
}
