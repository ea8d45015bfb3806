import { describe, expect, test } from "vitest";
import type { Advertised } from "./journal.ts";
import { rssiAtOneMetre } from "./propagation.ts";
import { SimulatedAir, type AirOptions } from "./simulatedAir.ts";
import { tocsinCharacteristic, tocsinService } from "./tocsinService.ts";
import { VirtualClock } from "./virtualClock.ts";

const number = (fill: number): Advertised => ({
  isConnectable: false,
  serviceUuids: [tocsinService],
  serviceData: { [tocsinService]: new Uint8Array(16).fill(fill) },
  others: {},
});

/** The strengths with which a listener at that distance hears one sender for an hour. */
async function strengthsAt(metres: number, options: Partial<AirOptions> = {}): Promise<number[]> {
  const clock = new VirtualClock();
  const air = new SimulatedAir({ clock, ...options });
  const heard: number[] = [];
  const sender = air.join("sender", { x: 0, y: 0 });
  sender.advertise(number(1), air.address("nonresolvable"));
  air.join("ear", { x: metres, y: 0 }).listen(air.address("nonresolvable"), ({ rssi }) => heard.push(rssi));
  await clock.advance(3_600_000);
  air.close();
  return heard;
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("the strength of what is heard", () => {
  test.each([1, 2, 5, 10])("falls by 20 log10 of the distance: %d m", async (metres) => {
    const heard = await strengthsAt(metres);
    expect(Math.abs(mean(heard) - (rssiAtOneMetre(12) - 20 * Math.log10(metres)))).toBeLessThan(0.5);
    expect(Math.max(...heard) - Math.min(...heard)).toBeGreaterThan(4);
  });

  test("is exact without noise, and whole", async () => {
    expect(new Set(await strengthsAt(10, { noise: 0 }))).toEqual(new Set([-87]));
  });
});

test("the farther away, the more is lost, until nothing arrives", async () => {
  const counts = [];
  for (const metres of [1, 15, 25, 30.1]) counts.push((await strengthsAt(metres)).length);
  expect(counts[0]).toBeGreaterThan(3300);
  expect(counts[1]).toBeLessThan(counts[0]! * 0.85);
  expect(counts[2]).toBeLessThan(counts[1]! * 0.6);
  expect(counts[3]).toBe(0);
});

test("the same seed makes the same air, another seed another", async () => {
  const heard = await strengthsAt(3, { seed: 7 });
  expect(await strengthsAt(3, { seed: 7 })).toEqual(heard);
  expect(await strengthsAt(3, { seed: 8 })).not.toEqual(heard);
});

test("a station that walks is heard where it is", async () => {
  const clock = new VirtualClock(0);
  const air = new SimulatedAir({ clock, noise: 0, loss: 0, range: 1000 });
  const heard: number[] = [];
  air.join("walker", (at) => ({ x: 1 + at / 1000, y: 0 })).advertise(number(1), air.address("nonresolvable"));
  air.join("ear", { x: 0, y: 0 }).listen(air.address("nonresolvable"), ({ rssi }) => heard.push(rssi));
  await clock.advance(9500);
  expect(heard.at(0)).toBe(-67);
  expect(heard.at(-1)).toBe(-87);
  air.close();
});

describe("the journal", () => {
  test("counts what repeats, and keeps apart what differs in address or in data", async () => {
    const clock = new VirtualClock(0);
    const air = new SimulatedAir({ clock });
    const station = air.join("a", { x: 0, y: 0 });
    const address = air.address("nonresolvable");
    const first = station.advertise(number(1), address);
    await clock.advance(10_000);
    first.stop();
    await clock.advance(5000);
    station.advertise(number(2), address);
    await clock.advance(500);
    const entries = air.journal.entries("advertisement");
    expect(entries.map((entry) => entry.serviceData![tocsinService])).toEqual([
      "01".repeat(16),
      "02".repeat(16),
    ]);
    expect(entries[0]).toMatchObject({ address: address.text, station: "a", count: 10 });
    expect(entries[0]!.last).toBeLessThan(10_000);
    expect(entries[1]!.first).toBeGreaterThanOrEqual(15_000);
    air.close();
  });

  test("leaves out stations that are not to be journalled", async () => {
    const clock = new VirtualClock();
    const air = new SimulatedAir({ clock });
    const station = air.join("a", { x: 0, y: 0 }, { isJournalled: false });
    station.advertise(number(1), air.address("static"));
    await clock.advance(5000);
    expect(air.journal.entries()).toEqual([]);
    air.close();
  });
});

describe("a connection", () => {
  async function connected() {
    const clock = new VirtualClock();
    const air = new SimulatedAir({ clock, noise: 0 });
    const server = air.join("server", { x: 0, y: 0 });
    const client = air.join("client", { x: 10, y: 0 });
    const written: string[] = [];
    server.gatt = {
      service: tocsinService,
      characteristic: tocsinCharacteristic,
      flags: ["read", "write"],
      read: () => Uint8Array.of(1, 2),
      write: (value, { address, rssi }) => written.push(`${address.text} ${rssi} ${value.join()}`) > 0,
    };
    const at = air.address("resolvable");
    server.advertise({ ...number(1), isConnectable: true }, at);
    const from = air.address("resolvable");
    const opening = client.connect(at.text, from);
    await clock.advance(1000);
    return { clock, air, server, client, written, at, from, link: await opening };
  }

  test("reads and writes, and shows the address of the one who began it", async () => {
    const { clock, air, written, at, from, link } = await connected();
    const reading = link.read();
    await clock.advance(100);
    expect(await reading).toEqual(Uint8Array.of(1, 2));
    const writing = link.write(Uint8Array.of(9));
    await clock.advance(100);
    await writing;
    expect(written).toEqual([`${from.text} -87 9`]);
    const kinds = air.journal.entries().filter(({ station }) => station === "client");
    expect(kinds.map(({ kind, address, to, value }) => [kind, address, to, value])).toEqual([
      ["connect", from.text, at.text, undefined],
      ["read", from.text, at.text, undefined],
      ["write", from.text, at.text, "09"],
    ]);
  });

  test("breaks out of range, and is refused to addresses at which nobody answers", async () => {
    const { clock, client, from, link, air } = await connected();
    client.place = { x: 100, y: 0 };
    const reading = expect(link.read()).rejects.toThrow("not connected");
    await clock.advance(100);
    await reading;
    expect(link.isOpen).toBe(false);
    const connecting = expect(client.connect(air.address("public").text, from)).rejects.toThrow("nobody");
    await clock.advance(4000);
    await connecting;
  });
});
