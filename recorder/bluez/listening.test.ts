import { createClient, messageType } from "dbus-native";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openBluezBench, until, type BluezBench } from "../../test/support/radio/bluezBench.ts";
import type { Station } from "../../test/support/radio/station.ts";
import { SERVICE_UUID } from "./names.ts";

const number = (byte: number): Uint8Array => new Uint8Array(16).fill(byte);

function phone({ air }: BluezBench, metres = 1): Station {
  return air.join(`phone at ${metres} m`, { x: metres, y: 0 });
}

function send(station: Station, byte: number | undefined, more: { txPower?: number; uuids?: string[] } = {}) {
  return station.advertise(
    {
      isConnectable: false,
      serviceUuids: more.uuids ?? [SERVICE_UUID],
      serviceData: byte === undefined ? {} : { [SERVICE_UUID]: number(byte) },
      ...(more.txPower === undefined ? {} : { txPower: more.txPower }),
      others: {},
    },
    station.air.address("nonresolvable"),
  );
}

describe("what BluezRadio hears", () => {
  it("is each advertisement of the service, with its strength and the peer's power", async () => {
    const bench = await openBluezBench();
    send(phone(bench), 1, { txPower: 12 });
    await bench.radio.listen();
    await until(() => expect(bench.log.sightings.length).toBeGreaterThan(3));
    for (const heard of bench.log.sightings) {
      expect(heard).toEqual({
        peer: bench.log.sightings[0]?.peer,
        serviceData: number(1),
        rssi: -67,
        txPower: 12,
      });
    }
  });

  it("is also a peer that only names the service, and no other", async () => {
    const bench = await openBluezBench();
    send(phone(bench, 1), undefined);
    send(phone(bench, 10), 7, { uuids: ["0000180f-0000-1000-8000-00805f9b34fb"] });
    await bench.radio.listen();
    await until(() => expect(bench.log.sightings.length).toBeGreaterThan(0));
    expect(bench.log.sightings).toEqual(bench.log.sightings.map(({ peer }) => ({ peer, rssi: -67 })));
  });

  it("goes on while the strength changes and the number does not, and the other way round", async () => {
    const bench = await openBluezBench();
    const near = phone(bench, 1);
    const address = bench.air.address("resolvable");
    const say = (byte: number) =>
      near.advertise(
        {
          isConnectable: false,
          serviceUuids: [SERVICE_UUID],
          serviceData: { [SERVICE_UUID]: number(byte) },
          others: {},
        },
        address,
      );
    const first = say(1);
    await bench.radio.listen();
    await until(() =>
      expect(bench.log.sightings.at(-1)).toMatchObject({ serviceData: number(1), rssi: -67 }),
    );
    near.place = { x: 10, y: 0 };
    await until(() =>
      expect(bench.log.sightings.at(-1)).toMatchObject({ serviceData: number(1), rssi: -87 }),
    );
    first.stop();
    say(2);
    await until(() =>
      expect(bench.log.sightings.at(-1)).toMatchObject({ serviceData: number(2), rssi: -87 }),
    );
    expect(new Set(bench.log.sightings.map(({ peer }) => peer)).size).toBe(1);
  });

  it("is nothing before it listens, and nothing after it stopped", async () => {
    const bench = await openBluezBench();
    const sending = send(phone(bench), 1);
    const sent = (): number => bench.air.journal.entries("advertisement")[0]?.count ?? 0;
    await until(() => expect(sent()).toBeGreaterThan(0));
    expect(bench.adapter.isScanning).toBe(false);
    expect(bench.log.sightings).toEqual([]);
    await bench.radio.listen();
    await bench.radio.listen();
    await until(() => expect(bench.log.sightings.length).toBeGreaterThan(0));
    await bench.radio.stopListening();
    await bench.radio.stopListening();
    expect(bench.adapter.isScanning).toBe(false);
    const heard = bench.log.sightings.length;
    const before = sent();
    await until(() => expect(sent()).toBeGreaterThan(before + 2));
    // For a moment it listens while a number changes: by then nobody may be there to be heard.
    sending.stop();
    await bench.radio.advertise(number(5), { seconds: 60, isConnectable: false });
    expect(bench.adapter.isScanning).toBe(false);
    expect(bench.log.sightings.length).toBe(heard);
  });

  it("is not what BlueZ remembers from before, until it is heard again", async () => {
    const bench = await openBluezBench();
    const far = phone(bench, 1);
    const sending = far.advertise(
      {
        isConnectable: true,
        serviceUuids: [SERVICE_UUID],
        serviceData: { [SERVICE_UUID]: number(1) },
        others: {},
      },
      bench.air.address("resolvable"),
    );
    await bench.radio.listen();
    await until(() => expect(bench.log.sightings.length).toBeGreaterThan(0));
    await bench.radio.stopListening();
    sending.stop();

    const { BluezRadio } = await import("./bluezRadio.ts");
    const { RadioLog } = await import("../../test/support/radio/bluezBench.ts");
    const log = new RadioLog();
    const late = new BluezRadio({
      busAddress: bench.bus.address,
      privacyConfig: bench.config,
      clock: bench.air.clock,
    });
    await late.open(log);
    await late.listen();
    send(phone(bench, 2), 2);
    await until(() => expect(log.sightings.length).toBeGreaterThan(2));
    expect(log.sightings.every(({ serviceData }) => serviceData?.[0] === 2)).toBe(true);
    await late.close();
  });

  it("does not end when another program that listens stops", async () => {
    const bench = await openBluezBench();
    const other = createClient({ busAddress: bench.bus.address });
    const ask = (member: string) =>
      other.invoke({
        destination: "org.bluez",
        path: "/org/bluez/hci0",
        interface: "org.bluez.Adapter1",
        member,
      });
    await bench.radio.listen();
    await ask("StartDiscovery");
    await ask("StopDiscovery");
    await other.close();
    send(phone(bench), 1);
    await until(() => expect(bench.log.sightings.length).toBeGreaterThan(0));
  });
});

describe("what BluezRadio makes of signals that no BlueZ would send", () => {
  const device = "/org/bluez/hci0/dev_11_22_33_44_55_66";
  const types = [
    ["s", fc.string().filter((text) => !text.includes("\0"))],
    ["n", fc.integer({ min: -32_768, max: 32_767 })],
    ["b", fc.boolean()],
    ["as", fc.constant(["a"])],
    ["ay", fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))],
    ["a{sv}", fc.constant([["k", ["s", "v"]]])],
    ["t", fc.constant(7n)],
  ] as const;
  const value = fc.oneof(...types.map(([type, values]) => values.map((content) => [type, content])));
  const names = ["RSSI", "UUIDs", "ServiceData", "TxPower", "Powered", "ServicesResolved", "__proto__"];
  const properties = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 5 });
  const ofWhat = fc.constantFrom("org.bluez.Device1", "org.bluez.Adapter1", "");

  it("is nothing: it stays usable, and reports only what has the right types", async () => {
    const bench = await openBluezBench();
    fc.assert(
      fc.property(
        fc.constantFrom(device, "/org/bluez/hci0", "/"),
        ofWhat,
        properties,
        (path, what, changed) => {
          const properly = { interface: "org.freedesktop.DBus.Properties", member: "PropertiesChanged" };
          bench.bluez.send({ path, ...properly, signature: "sa{sv}as", body: [what, changed, ["RSSI"]] });
          bench.bluez.send({ path, ...properly, signature: "a{sv}", body: [changed] });
          const managed = { path: "/", interface: "org.freedesktop.DBus.ObjectManager" };
          bench.bluez.send({
            ...managed,
            member: "InterfacesAdded",
            signature: "oa{sa{sv}}",
            body: [path, [[what, changed]]],
          });
          bench.bluez.send({ ...managed, member: "InterfacesAdded", signature: "s", body: ["/x"] });
          bench.bluez.send({
            ...managed,
            member: "InterfacesRemoved",
            signature: "oa{sv}",
            body: [device, changed],
          });
        },
      ),
      { numRuns: 60 },
    );
    // Whatever it took for the adapter's state is put right when BlueZ starts anew.
    await bench.bluez.end();
    await bench.bluez.begin();
    await until(() => expect(bench.radio.facts()).toMatchObject({ isPowered: true, canAdvertise: true }));
    bench.log.sightings.length = 0;
    send(phone(bench), 1);
    await bench.radio.listen();
    await until(() =>
      expect(bench.log.sightings.at(-1)).toMatchObject({ serviceData: number(1), rssi: -67 }),
    );
    for (const { rssi, serviceData } of bench.log.sightings) {
      expect(Number.isInteger(rssi ?? 0)).toBe(true);
      expect(serviceData?.constructor ?? Uint8Array).toBe(Uint8Array);
    }
  });

  it("is nothing also when they come from somebody else", async () => {
    const bench = await openBluezBench();
    const stranger = createClient({ busAddress: bench.bus.address });
    const names = (await stranger.listNames()).filter((name) => name.startsWith(":"));
    names.forEach((destination, serial) => {
      // A signal to one receiver comes whatever it asked the bus for.
      stranger.connection.message({
        type: messageType.signal,
        serial: 1_000 + serial,
        destination,
        path: "/org/bluez/hci0",
        interface: "org.freedesktop.DBus.Properties",
        member: "PropertiesChanged",
        signature: "sa{sv}as",
        body: ["org.bluez.Adapter1", [["Powered", ["b", false]]], []],
      });
    });
    await stranger.listNames();
    send(phone(bench), 1);
    await bench.radio.listen();
    await until(() => expect(bench.log.sightings.length).toBeGreaterThan(0));
    expect(bench.log.changes).toHaveLength(1);
    await stranger.close();
  });
});
