import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { RETENTION } from "@tocsin/protocol/match/retention.ts";
import { airTime } from "@tocsin/protocol/report/broadcastKeys.ts";
import { tckAt } from "@tocsin/protocol/tcn/rak.ts";
import { tcnOf } from "@tocsin/protocol/tcn/ratchet.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tocsinService } from "../test/support/radio/tocsinService.ts";
import { World, type Member } from "../test/support/recorders.ts";
import { ContactStore } from "./contacts/contactStore.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let world: World;

beforeEach(() => {
  world = new World();
});

afterEach(() => world.close());

/** Hex and slot of every number that a machine's keys have. */
async function numbersOf(member: Member): Promise<Map<string, { from: number; to: number }>> {
  return new Map(
    (await member.storedKeys()).flatMap((key) =>
      Array.from({ length: key.lastIndex }, (_, i) => {
        return [toHex(tcnOf(tckAt(key.rak, i + 1))), airTime(key, i + 1)] as const;
      }),
    ),
  );
}

describe("recorders that meet", () => {
  it("record each other: every number, in its slot, at its distance, and no own one", async () => {
    const a = await world.add("a", { x: 0 });
    const b = await world.add("b", { x: 2 });
    await world.clock.advance(7 * HOUR);
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const numbers = await numbersOf(other);
      const records = one.contacts();
      // 28 slots have begun and the 29th is about to, with a rak after 24 of them.
      expect(records.length).toBeGreaterThanOrEqual(28);
      expect(new Set(records.map(({ tcn }) => toHex(tcn))).size).toBe(records.length);
      expect(await other.storedKeys()).toHaveLength(2);
      for (const record of records) {
        const slot = numbers.get(toHex(record.tcn))!;
        expect(record.firstSeen).toBeGreaterThanOrEqual(slot.from);
        expect(record.lastSeen).toBeLessThanOrEqual(slot.to);
        expect(record).toMatchObject({ minDistance: 2, averageDistance: 2 });
        // Two thirds of 900 s in windows of five.
        if (slot.to < world.seconds) expect(record.samples).toBeGreaterThan(110);
      }
      expect(one.recorder.status()).toMatchObject({
        state: "recording",
        heardRecently: 1,
        refused: 0,
        keys: 2,
      });
    }
  });

  it("change address and number together, and send nothing but numbers", async () => {
    const a = await world.add("a");
    await world.clock.advance(5 * HOUR);
    const numbers = await numbersOf(a);
    expect(a.sent.map(({ tcn }) => tcn)).toEqual([...numbers.keys()].slice(0, a.sent.length));
    expect(a.sent.length).toBeGreaterThanOrEqual(20);
    expect(a.sent.every(({ addresses }) => addresses.size === 1)).toBe(true);
    expect(new Set(a.sent.flatMap(({ addresses }) => [...addresses])).size).toBe(a.sent.length);
    for (const entry of world.air.journal.entries("advertisement")) {
      expect(entry).toMatchObject({ isConnectable: false, serviceUuids: [tocsinService], others: {} });
      expect(entry.addressKind).toBe("nonresolvable");
      expect(entry.serviceData![tocsinService]).toHaveLength(32);
    }
  });

  it("of which one restarts go on with the same number in the same slot", async () => {
    const a = await world.add("a");
    const b = await world.add("b");
    await world.clock.advance(5 * MINUTE);
    const before = a.onAir;
    await a.stop();
    await world.clock.advance(MINUTE);
    expect(a.onAir).toBeUndefined();
    await a.start();
    await world.clock.advance(5 * MINUTE);
    expect(a.onAir).toBe(before);
    expect(a.sent[0]!.addresses.size).toBe(2);
    expect(b.contacts()).toHaveLength(1);
  });

  it("pass over what is no number", async () => {
    const a = await world.add("a");
    const odd = world.air.join("odd", { x: 1, y: 0 });
    for (const length of [0, 1, 15, 17, 19, 21, 100]) {
      const serviceData = { [tocsinService]: new Uint8Array(length).fill(7) };
      odd.advertise(
        { isConnectable: false, serviceUuids: [tocsinService], serviceData, others: {} },
        world.air.address("nonresolvable"),
      );
    }
    await world.clock.advance(MINUTE);
    expect(a.contacts()).toEqual([]);
    expect(a.recorder.status().refused).toBe(0);
  });

  it("do not record their own number when somebody repeats it", async () => {
    const a = await world.add("a");
    await world.clock.advance(MINUTE);
    const own = Uint8Array.from(Buffer.from(a.onAir!, "hex"));
    const serviceData = { [tocsinService]: own };
    world.air
      .join("parrot", { x: 1, y: 0 })
      .advertise(
        { isConnectable: false, serviceUuids: [tocsinService], serviceData, others: {} },
        world.air.address("nonresolvable"),
      );
    await world.clock.advance(2 * HOUR);
    expect(a.contacts()).toEqual([]);
  });
});

describe("handing out", () => {
  it("gives exactly what was on air, and another rak's number is on air when it is done", async () => {
    const a = await world.add("a");
    const start = world.seconds;
    await world.clock.advance(2 * HOUR + 7 * MINUTE);
    const before = a.onAir!;
    const windows = [{ from: start + 3_600, to: start + 86_400 }];
    const keys = await a.recorder.handOut(windows);
    expect(keys).toHaveLength(1);
    const given = Array.from({ length: keys[0]!.lastIndex - keys[0]!.firstIndex + 1 }, (_, i) =>
      toHex(tcnOf(tckAt(keys[0]!.rak, keys[0]!.firstIndex + i))),
    );
    expect(given).toEqual(a.sent.slice(4).map(({ tcn }) => tcn));
    expect(given.at(-1)).toBe(before);
    const silentSince = world.clock.monotonic();
    await world.clock.advance(HOUR);
    expect(a.sent.find(({ tcn }) => tcn === before)!.last).toBeLessThanOrEqual(silentSince);
    expect(a.sent.slice(given.length + 4)[0]!.first).toBeLessThan(silentSince + 2_000);
    await expect(a.recorder.handOut([{ from: 0, to: silentSince }])).rejects.toMatchObject({
      code: "NOTHING_TO_HAND_OUT",
    });
    expect(a.recorder.broadcasts()).toMatchObject([{ startedAt: start + 2 * 3_600 + 7 * 60, firstIndex: 1 }]);
  });

  it("of times long past leaves the number on air", async () => {
    const a = await world.add("a");
    const start = world.seconds;
    await world.clock.advance(7 * HOUR + MINUTE);
    const before = a.onAir;
    expect(await a.recorder.handOut([{ from: start, to: start + 3_600 }])).toHaveLength(1);
    await world.clock.advance(MINUTE);
    expect(a.onAir).toBe(before);
    expect(a.recorder.broadcasts()).toHaveLength(1);
  });

  it("erasing all keys takes the number off the air as well", async () => {
    const a = await world.add("a");
    await world.clock.advance(MINUTE);
    const before = a.onAir!;
    expect(await a.recorder.eraseKeys()).toBe(1);
    const silentSince = world.clock.monotonic();
    await world.clock.advance(MINUTE);
    expect(a.sent.find(({ tcn }) => tcn === before)!.last).toBeLessThanOrEqual(silentSince);
    expect(a.onAir).not.toBe(before);
  });
});

describe("what is kept", () => {
  it("is all that was heard when the recorder stops, and nothing is on air then", async () => {
    const a = await world.add("a");
    await world.add("b");
    await world.clock.advance(2_500);
    expect(a.contacts(), "the first window goes on").toEqual([]);
    await Promise.all([a.stop(), a.stop()]);
    const store = ContactStore.open(`${a.folder}/contacts.sqlite`);
    expect(store.summary().count).toBe(1);
    store.close();
    const sent = a.sent.length;
    const stoppedAt = world.clock.monotonic();
    await a.recorder.handOut([{ from: 0, to: world.seconds }]);
    await world.clock.advance(HOUR);
    expect(a.sent).toHaveLength(sent);
    expect(a.sent[0]!.last).toBeLessThanOrEqual(stoppedAt);
  });

  it("is written down every five seconds", async () => {
    const a = await world.add("a");
    await world.add("b");
    await world.clock.advance(6_100);
    expect(a.contacts()).toMatchObject([{ samples: 1 }]);
    await world.clock.advance(5_000);
    expect(a.contacts()).toMatchObject([{ samples: 2 }]);
  });

  it("is deleted 14 days later, contacts and keys alike", async () => {
    const a = await world.add("a");
    const b = await world.add("b");
    await world.clock.advance(10 * MINUTE);
    await b.stop();
    expect(a.contacts()).toHaveLength(1);
    world.clock.suspend(RETENTION * 1_000 - HOUR);
    await world.clock.advance(30 * MINUTE);
    expect(a.contacts()).toHaveLength(1);
    expect(a.recorder.broadcasts().length).toBeGreaterThan(1);
    const [oldest] = a.recorder.broadcasts();
    await world.clock.advance(2 * HOUR);
    expect(a.contacts()).toEqual([]);
    expect(a.recorder.broadcasts()).not.toContainEqual(oldest);
  });

  it("outlives a clock that shows years ahead, at the start or later, until it is put right", async () => {
    const a = await world.add("a");
    await world.add("b");
    await world.clock.advance(10 * MINUTE);
    const before = a.recorder.broadcasts();
    const right = (): number => startedAt + world.clock.monotonic();
    const startedAt = world.clock.now() - world.clock.monotonic();
    const wrong = 400 * 24 * HOUR;
    world.clock.setWallTime(right() + wrong);
    await world.clock.advance(9 * MINUTE);
    await a.stop();
    await a.start();
    await world.clock.advance(9 * MINUTE);
    world.clock.setWallTime(right());
    await world.clock.advance(2 * HOUR);
    expect(a.contacts()[0]!.firstSeen).toBeLessThan(startedAt / 1_000 + 60);
    expect(a.recorder.broadcasts()).toEqual(expect.arrayContaining(before));
  });
});
