import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Link } from "../test/support/radio/link.ts";
import { AndroidPeer, ReadOnlyPeer, WriteOnlyPeer } from "../test/support/radio/peers.ts";
import { tocsinService } from "../test/support/radio/tocsinService.ts";
import { World, type Member } from "../test/support/recorders.ts";
import type { Radio, RadioEvents } from "./ports/radio.ts";

const MINUTE = 60_000;

let world: World;

beforeEach(() => {
  world = new World();
});

afterEach(() => world.close());

const number = (fill: number): Uint8Array => new Uint8Array(16).fill(fill);
const hex = (fill: number): string => toHex(number(fill));
const recorded = (member: Member): Set<string> => new Set(member.contacts().map(({ tcn }) => toHex(tcn)));

/** A phone three metres away writes a value to the machine, once. True where it was taken. */
async function write(member: Member, value: Uint8Array): Promise<boolean> {
  const phone = world.air.join("writer", { x: 3, y: 0 });
  const { name } = member.adapter.station;
  let outcome: string | undefined;
  // The machine may change its address in the meantime.
  while (outcome === undefined || outcome === "nobody answers") {
    const sent = world.air.journal.entries("advertisement").filter(({ station }) => station === name);
    const { address } = sent.reduce((a, b) => (b.last >= a.last ? b : a));
    const writing = phone.connect(address, world.air.address("resolvable")).then(async (link) => {
      await link.write(value);
      return "taken";
    });
    void writing.catch((error: unknown) => (error as Error).message).then((said) => (outcome = said));
    await world.clock.advance(5_000);
  }
  phone.silence();
  return outcome === "taken";
}

describe("a phone that only writes", () => {
  it("is recorded, and its number is on air for it, beside the own one, for 900 s", async () => {
    const a = await world.add("a", { privacy: true, x: 0 });
    const b = await world.add("b", { x: 2 });
    await world.clock.advance(MINUTE);
    const phone = new WriteOnlyPeer(world.air, "phone", { x: 10, y: 0 }, number(9));
    await world.clock.advance(2 * MINUTE);
    expect(a.recorder.status()).toMatchObject({ bridged: 1, connections: true });
    expect(b.recorder.status()).toMatchObject({ bridged: 0, connections: false });
    await world.clock.advance(57 * MINUTE);
    expect(phone.taken.length).toBeGreaterThanOrEqual(4);
    // 20 dB less than at one metre, as a phone of 11 dBm that is ten metres away.
    expect(a.contacts().find(({ tcn }) => toHex(tcn) === hex(9))).toMatchObject({ minDistance: 6.31 });
    expect(recorded(b)).toContain(hex(9));
    const bridged = a.sent.find(({ tcn }) => tcn === hex(9))!;
    expect(bridged.last - bridged.first).toBeGreaterThan(800_000);
    expect(bridged.last - bridged.first, "writing it again prolongs nothing").toBeLessThanOrEqual(900_000);
    expect(a.recorder.status().bridged).toBe(0);
  });

  it("gets five seconds after every ten of the own number, from an address for each turn", async () => {
    const a = await world.add("a", { privacy: true });
    await world.clock.advance(MINUTE);
    const own = a.onAir!;
    expect(await write(a, number(9))).toBe(true);
    expect(await write(a, number(8))).toBe(true);
    const from = world.clock.now();
    await world.clock.advance(5 * MINUTE);
    const turns = world.air.journal
      .entries("advertisement")
      .filter(({ station, last }) => station === "a" && last > from + 15_000)
      .map(({ serviceData, first, last, address }) => ({
        data: serviceData![tocsinService]!,
        first,
        last,
        address,
      }));
    expect(new Set(turns.map(({ address }) => address)).size).toBe(turns.length);
    for (const { data } of turns) expect(data.slice(32), "whose it is").toBe(own.slice(0, 8));
    const names = turns.map(({ data }) => (data.startsWith(own) ? "own" : data.slice(0, 2))).join(" ");
    expect(names).toContain("own 09 own 08 own 09 own 08 own");
    for (const { data, first, last } of turns.slice(1, -1))
      expect(Math.abs(last - first - (data.startsWith(own) ? 9_000 : 4_000))).toBeLessThan(1_500);
  });

  it("cannot write what is no number, nor the machine's own", async () => {
    const a = await world.add("a", { privacy: true });
    await world.clock.advance(MINUTE);
    const own = Uint8Array.from(Buffer.from(a.onAir!, "hex"));
    for (const value of [own, new Uint8Array(0), new Uint8Array(15), new Uint8Array(20)])
      expect(await write(a, value)).toBe(false);
    expect(a.recorder.status().bridged).toBe(0);
    await world.clock.advance(MINUTE);
    expect(a.contacts()).toEqual([]);
  });

  it("is recorded, though not on air, where sixteen are already", async () => {
    const a = await world.add("a", { privacy: true });
    await world.clock.advance(MINUTE);
    for (let i = 1; i <= 40; i++) expect(await write(a, number(i))).toBe(true);
    await world.clock.advance(10 * MINUTE);
    expect(a.recorder.status().bridged).toBe(16);
    expect(recorded(a).size).toBe(40);
    const bridged = a.sent.map(({ tcn }) => tcn).filter((tcn) => /^(..)\1+$/.test(tcn));
    expect(bridged).toEqual(Array.from({ length: 16 }, (_, i) => hex(i + 1)));
  });

  it("is not on air any more once the machine has slept", async () => {
    const a = await world.add("a", { privacy: true });
    await world.clock.advance(MINUTE);
    await write(a, number(9));
    await world.clock.advance(MINUTE);
    world.clock.suspend(20 * MINUTE);
    const wokeAt = world.clock.monotonic();
    await world.clock.advance(5 * MINUTE);
    expect(a.sent.find(({ tcn }) => tcn === hex(9))!.last).toBeLessThan(wokeAt + 1_100);
  });
});

describe("a phone that reads", () => {
  it("is given one number over one connection, and the next one over another", async () => {
    const a = await world.add("a", { privacy: true });
    const phone = world.air.join("reader", { x: 3, y: 0 });
    const connect = async () => {
      const on = world.air.transmissions().find(({ station }) => station.name === "a");
      const connecting = phone.connect(on!.address.text, world.air.address("resolvable"));
      await world.clock.advance(1_000);
      return connecting;
    };
    const read = async (link: Link) => {
      const reading = link.read().then(toHex, (error: unknown) => (error as Error).message);
      await world.clock.advance(1_000);
      return reading;
    };
    await world.clock.advance(MINUTE);
    const first = a.onAir!;
    const link = await connect();
    const given = new Set<string>();
    while (a.sent.length < 3) given.add(await read(link));
    expect(link.isOpen).toBe(true);
    expect([...given]).toEqual([first, "read not permitted"]);
    expect(await read(await connect())).toBe(a.onAir);
    expect(a.onAir).not.toBe(first);
  });

  it("gets none where it may have been connected before, as after a loss of the radio", async () => {
    let events: RadioEvents | undefined;
    const wrap = (radio: Radio): Radio => {
      const open = radio.open.bind(radio);
      radio.open = (told) => open((events = told));
      return radio;
    };
    const a = await world.add("a", { privacy: true, wrap });
    await world.clock.advance(MINUTE);
    expect(events?.read(world.clock.monotonic())).toBeDefined();
    events?.changed(undefined);
    const back = world.clock.monotonic();
    expect(events?.read(back)).toBeUndefined();
    await world.clock.advance(10_000);
    expect(events?.read(back)).toBeUndefined();
    expect(toHex(events!.read(world.clock.monotonic())!)).toBe(a.onAir);
  });

  it("gets the own number also while one is on air that another phone wrote", async () => {
    const a = await world.add("a", { privacy: true });
    await world.clock.advance(MINUTE);
    const own = a.onAir!;
    expect(await write(a, number(9))).toBe(true);
    const phone = world.air.join("reader", { x: 3, y: 0 });
    const read = new Set<string>();
    for (let i = 0; i < 30; i++) {
      const on = world.air.transmissions().find(({ station }) => station.name === "a");
      const reading = phone.connect(on!.address.text, world.air.address("resolvable")).then((link) =>
        link
          .read()
          .then(toHex)
          .finally(() => link.close()),
      );
      void reading.then(
        (tcn) => read.add(tcn),
        () => undefined,
      );
      await world.clock.advance(1_000);
    }
    expect([...read]).toEqual([own]);
  });
});

describe("a phone that broadcasts", () => {
  it("is recorded and never bridged", async () => {
    const a = await world.add("a", { privacy: true });
    new AndroidPeer(world.air, "phone", { x: 2, y: 0 }, number(7));
    await world.clock.advance(5 * MINUTE);
    expect(recorded(a)).toEqual(new Set([hex(7)]));
    expect(a.sent).toHaveLength(1);
    expect(a.recorder.status().bridged).toBe(0);
  });
});

describe("a phone that is only read", () => {
  it("is recorded at its distance, is given nothing, and is read again after five minutes", async () => {
    const a = await world.add("a", { privacy: true, x: 0 });
    const phone = new ReadOnlyPeer(world.air, "phone", { x: 1, y: 0 }, number(9));
    await world.clock.advance(4 * MINUTE);
    expect(phone.timesRead).toBe(1);
    expect(a.contacts()).toMatchObject([{ tcn: number(9), minDistance: 0.63 }]);
    expect(a.contacts()[0]!.samples).toBeGreaterThan(25);
    await world.clock.advance(10 * MINUTE);
    expect(world.air.journal.entries("read").length).toBeGreaterThanOrEqual(1);
    expect(phone).toMatchObject({ timesRead: 3, written: [] });
    phone.show(number(8));
    await world.clock.advance(MINUTE);
    expect(recorded(a)).toEqual(new Set([hex(9), hex(8)]));
    expect(
      a.sent.map(({ tcn }) => tcn).filter((tcn) => [hex(9), hex(8)].includes(tcn)),
      "reading bridges nothing",
    ).toEqual([]);
  });

  it("that gives no number is asked less and less often, and recorded once it does", async () => {
    const a = await world.add("a", { privacy: true });
    const phone = new ReadOnlyPeer(world.air, "phone", { x: 1, y: 0 }, new Uint8Array(3));
    await world.clock.advance(30 * MINUTE);
    expect(a.contacts()).toEqual([]);
    expect(phone.timesRead).toBeGreaterThan(5);
    expect(phone.timesRead).toBeLessThan(12);
    phone.number = number(9);
    await world.clock.advance(6 * MINUTE);
    expect(recorded(a)).toEqual(new Set([hex(9)]));
  });

  it("is left alone by a machine that would show its own address", async () => {
    const a = await world.add("a", { privacy: false });
    const phone = new ReadOnlyPeer(world.air, "phone", { x: 1, y: 0 }, number(9));
    await world.clock.advance(10 * MINUTE);
    expect(phone.timesRead).toBe(0);
    expect(a.contacts()).toEqual([]);
    expect(a.recorder.status().connections).toBe(false);
  });
});

it("three machines and two iPhones: everybody who can record is given everybody's number", async () => {
  const a = await world.add("a", { privacy: true, x: 0 });
  const b = await world.add("b", { privacy: true, x: 3 });
  const c = await world.add("c", { x: 6 });
  new WriteOnlyPeer(world.air, "in background", { x: 2, y: 0 }, number(9));
  new ReadOnlyPeer(world.air, "in foreground", { x: 4, y: 0 }, number(8));
  await world.clock.advance(14 * MINUTE);
  const own = [a, b, c].map((member) => member.sent[0]!.tcn);
  for (const [i, member] of [a, b].entries())
    expect(recorded(member)).toEqual(new Set([...own.filter((_, j) => j !== i), hex(9), hex(8)]));
  expect(recorded(c), "it is told of the one, and cannot read the other").toEqual(
    new Set([own[0], own[1], hex(9)]),
  );
});
