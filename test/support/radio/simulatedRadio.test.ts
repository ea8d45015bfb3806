import { expect, test } from "vitest";
import type { Heard, RadioEvents } from "../../../recorder/ports/radio.ts";
import { SimulatedAdapter, type AdapterOptions } from "./simulatedAdapter.ts";
import { SimulatedAir } from "./simulatedAir.ts";
import { SimulatedRadio } from "./simulatedRadio.ts";
import { tocsinService } from "./tocsinService.ts";
import { VirtualClock } from "./virtualClock.ts";

const own = new Uint8Array(16).fill(1);

async function setUp(options: AdapterOptions = {}) {
  const clock = new VirtualClock();
  const air = new SimulatedAir({ clock, loss: 0, noise: 0 });
  const open = async (name: string, x: number) => {
    const adapter = new SimulatedAdapter("hci0", air.join(name, { x, y: 0 }), options);
    const radio = new SimulatedRadio(adapter);
    const heard: Heard[] = [];
    const calls: string[] = [];
    const events: RadioEvents = {
      heard: (advertisement) => void heard.push(advertisement),
      written: (value, _peer, rssi) => calls.push(`written ${value.join()} ${rssi ?? ""}`) > 0,
      read: () => own,
      changed: (facts) =>
        void calls.push(`changed ${facts === undefined ? "" : JSON.stringify(facts.isPowered)}`),
      withdrawn: () => void calls.push("withdrawn"),
      deafened: () => void calls.push("deafened"),
    };
    await radio.open(events);
    return { adapter, radio, heard, calls };
  };
  return { clock, air, a: await open("a", 0), b: await open("b", 1) };
}

test("what one advertises another hears, until its seconds have passed", async () => {
  const { clock, a, b } = await setUp();
  await b.radio.listen();
  await a.radio.advertise(own, { seconds: 5, isConnectable: false });
  await clock.advance(4500);
  expect(b.heard).toHaveLength(5);
  expect(b.heard[0]).toMatchObject({ serviceData: own, rssi: -67, txPower: 12 });
  expect(a.calls).toEqual([]);
  await clock.advance(60_000);
  expect(a.calls).toEqual(["withdrawn"]);
  expect(b.heard).toHaveLength(5);
});

test("one advertisement at a time is on air, and listening goes on after it changed", async () => {
  const { clock, air, a, b } = await setUp({ extended: false });
  await a.radio.listen();
  await b.radio.advertise(own, { seconds: 60, isConnectable: false });
  await a.radio.advertise(own, { seconds: 60, isConnectable: false });
  await clock.advance(2000);
  await a.radio.advertise(
    own.map(() => 2),
    { seconds: 60, isConnectable: false },
  );
  await clock.advance(2000);
  const sent = air.journal.entries("advertisement").filter(({ station }) => station === "a");
  expect(sent.map(({ serviceData, count }) => [serviceData![tocsinService]!.slice(0, 2), count])).toEqual([
    ["01", 2],
    ["02", 2],
  ]);
  expect(new Set(sent.map(({ address }) => address)).size).toBe(2);
  expect(a.heard).toHaveLength(4);
});

test("no address that it asks others from is seen with two numbers, whether it listens or pauses when they change", async () => {
  for (const extended of [true, false]) {
    const { clock, air, a, b } = await setUp({ extended });
    b.adapter.station.advertise(
      { isConnectable: true, serviceUuids: [], serviceData: {}, others: {} },
      air.address("static"),
    );
    for (let fill = 1; fill <= 4; fill++) {
      if (fill % 2 === 0) await a.radio.stopListening();
      await a.radio.advertise(new Uint8Array(16).fill(fill), { seconds: 60, isConnectable: false });
      await a.radio.listen();
      await clock.advance(3_000);
    }
    const entries = air.journal.entries().filter(({ station }) => station === "a");
    const questions = entries.filter(({ kind }) => kind === "scan request");
    expect(questions).toHaveLength(4);
    for (const { address, first, last } of questions) {
      const numbers = entries.filter(
        (entry) => entry.kind === "advertisement" && entry.first <= last && entry.last >= first,
      );
      expect(numbers).toHaveLength(1);
      expect(numbers[0]!.address === address).toBe(!extended);
    }
  }
});

test("a peer's number is read over a connection, and none is left there", async () => {
  const { clock, a, b } = await setUp({ privacy: true });
  await a.radio.serve();
  await a.radio.advertise(new Uint8Array(20).fill(3), { seconds: 60, isConnectable: true });
  await b.radio.listen();
  await clock.advance(1000);
  const reading = b.radio.readNumber(b.heard[0]!.peer);
  await clock.advance(1000);
  expect(await reading).toEqual(own);
  expect(a.calls).toEqual([]);
});

test("its facts follow the adapter's privacy and discoverability", async () => {
  const facts = async (options: AdapterOptions, isDiscoverable = false) => {
    const { a } = await setUp(options);
    a.adapter.setDiscoverable(isDiscoverable);
    const { addresses, canConnect } = a.radio.facts()!;
    return [addresses.broadcast, addresses.connectable, canConnect];
  };
  expect(await facts({})).toEqual(["each", "identity", false]);
  expect(await facts({}, true)).toEqual(["identity", "identity", false]);
  expect(await facts({ privacy: true }, true)).toEqual(["each", "each", true]);
  expect(await facts({ privacy: true, extended: false })).toEqual(["shared", "shared", false]);
  expect(await facts({ privacy: true, linkLayerPrivacy: true })).toEqual(["shared", "shared", false]);
});

test("without an adapter, or without power, it refuses and says why", async () => {
  const { a } = await setUp();
  a.adapter.setPowered(false);
  await expect(a.radio.listen()).rejects.toMatchObject({ code: "ADAPTER_OFF" });
  a.adapter.setPresent(false);
  expect(a.radio.facts()).toBeUndefined();
  await expect(a.radio.advertise(own, { seconds: 1, isConnectable: false })).rejects.toMatchObject({
    code: "ADAPTER_MISSING",
  });
  a.adapter.setPresent(true);
  a.adapter.setPowered(true);
  await a.radio.listen();
  expect(a.calls).toEqual(["changed false", "changed ", "changed false", "changed true"]);
});
