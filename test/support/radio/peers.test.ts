import { expect, test } from "vitest";
import type { Heard, RadioEvents } from "../../../recorder/ports/radio.ts";
import { advertiseBytes, AndroidPeer, ReadOnlyPeer, WriteOnlyPeer, wrongLengths } from "./peers.ts";
import { SimulatedAdapter } from "./simulatedAdapter.ts";
import { SimulatedAir } from "./simulatedAir.ts";
import { SimulatedRadio } from "./simulatedRadio.ts";
import { VirtualClock } from "./virtualClock.ts";

const number = (fill: number): Uint8Array => new Uint8Array(16).fill(fill);

async function setUp() {
  const clock = new VirtualClock();
  const air = new SimulatedAir({ clock, loss: 0, noise: 0 });
  const adapter = new SimulatedAdapter("hci0", air.join("machine", { x: 0, y: 0 }), { privacy: true });
  const radio = new SimulatedRadio(adapter);
  const heard: Heard[] = [];
  const written: string[] = [];
  const events: RadioEvents = {
    heard: (advertisement) => void heard.push(advertisement),
    written: (value) => value.length === 16 && written.push(value.join()) > 0,
    read: () => number(1),
    changed: () => undefined,
    withdrawn: () => undefined,
    deafened: () => undefined,
  };
  await radio.open(events);
  await radio.serve();
  await radio.listen();
  /** Advertises for a minute with the start of that number as its tail. */
  const advertise = async (fill: number, own: number): Promise<void> => {
    const serviceData = Uint8Array.of(...number(fill), ...number(own).subarray(0, 4));
    await radio.advertise(serviceData, { seconds: 60, isConnectable: true });
    await clock.advance(60_000);
  };
  return { clock, air, radio, heard, written, advertise };
}

test("a phone that only writes does so once for each number of its peer, whatever else that sends", async () => {
  const { air, written, advertise } = await setUp();
  const phone = new WriteOnlyPeer(air, "phone", { x: 2, y: 0 }, number(9));
  await advertise(1, 1);
  await advertise(7, 1);
  expect(written).toEqual([number(9).join()]);
  phone.number = new Uint8Array(3);
  await advertise(2, 2);
  expect(phone).toMatchObject({ taken: ["01010101"], refused: ["02020202"] });
  const from = air.journal.entries("connect").map(({ address }) => address);
  expect(new Set(from).size).toBe(2);
});

test("a phone that is only read names the service alone, and gives its number", async () => {
  const { clock, air, radio, heard } = await setUp();
  const phone = new ReadOnlyPeer(air, "phone", { x: 2, y: 0 }, number(9));
  await clock.advance(2000);
  expect(heard[0]).not.toHaveProperty("serviceData");
  const reading = radio.readNumber(heard[0]!.peer);
  await clock.advance(1000);
  expect(await reading).toEqual(number(9));
  expect(phone).toMatchObject({ timesRead: 1, written: [] });
  phone.show(number(8));
  heard.length = 0;
  await clock.advance(2000);
  const again = radio.readNumber(heard[0]!.peer);
  await clock.advance(1000);
  expect(await again).toEqual(number(8));
});

test("a phone that advertises puts the start of its own number behind the one that it sends", async () => {
  const { clock, air, heard } = await setUp();
  const phone = new AndroidPeer(air, "phone", { x: 2, y: 0 }, number(9));
  await clock.advance(1500);
  phone.show(number(9), number(3));
  await clock.advance(1500);
  expect(heard[0]!.serviceData).toEqual(new Uint8Array(20).fill(9));
  expect(heard.at(-1)!.serviceData).toEqual(Uint8Array.of(...number(3), 9, 9, 9, 9));
  expect(heard[0]!.peer).not.toBe(heard.at(-1)!.peer);
});

test("service data of every wrong length is heard as it is", async () => {
  const { clock, air, heard } = await setUp();
  const station = air.join("odd", { x: 2, y: 0 });
  for (const length of wrongLengths) advertiseBytes(station, new Uint8Array(length));
  await clock.advance(1500);
  const lengths = new Set(heard.map(({ serviceData }) => serviceData?.length));
  expect([...lengths].sort((a, b) => a! - b!)).toEqual(wrongLengths);
});
