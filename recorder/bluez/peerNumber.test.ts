import { inspect } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { openBluezBench, until, type BluezBench } from "../../test/support/radio/bluezBench.ts";
import { BluezClient } from "../../test/support/radio/bluezClient.ts";
import type { GattServer } from "../../test/support/radio/link.ts";
import { VirtualClock } from "../../test/support/radio/virtualClock.ts";
import { Connections } from "./connections.ts";
import { findCharacteristic, readNumberOf } from "./peerNumber.ts";
import { CHARACTERISTIC_UUID, GATT_CHARACTERISTIC, GATT_SERVICE, SERVICE_UUID } from "./names.ts";
import { decodeObjects } from "./values.ts";

const number = (byte: number): Uint8Array => new Uint8Array(16).fill(byte);

/** A phone that names the service, and what it does with connections. */
function phone(bench: BluezBench, gatt?: Partial<GattServer>) {
  const station = bench.air.join("phone", { x: 1, y: 0 });
  const written: Uint8Array[] = [];
  const address = bench.air.address("resolvable");
  station.gatt = {
    service: SERVICE_UUID,
    characteristic: CHARACTERISTIC_UUID,
    flags: ["read", "write"],
    read: () => number(7),
    write: (value) => {
      written.push(value);
      return true;
    },
    ...gatt,
  };
  station.advertise(
    { isConnectable: true, serviceUuids: [SERVICE_UUID], serviceData: {}, others: {} },
    address,
  );
  return { station, written, address };
}

async function clientOf({ bus }: BluezBench): Promise<BluezClient> {
  const client = await BluezClient.connect(bus.address);
  onTestFinished(() => client.close());
  return client;
}

async function peerOf({ radio, log }: BluezBench): Promise<string> {
  await radio.listen();
  await until(() => expect(log.sightings.length).toBeGreaterThan(0));
  return log.sightings[0]?.peer ?? "";
}

/**
 * Waits for something that takes both kinds of time. The simulated one goes on only as BlueZ answers, so that a bus that is
 * slow takes none of it.
 */
async function whileTimePasses<T>(
  { radio }: BluezBench,
  clock: VirtualClock,
  something: Promise<T>,
): Promise<T> {
  const over = new AbortController();
  void something.finally(() => over.abort());
  while (!over.signal.aborted) {
    await clock.advance(20);
    await radio.stopListening();
    await radio.listen();
  }
  return something;
}

describe("reading a peer", () => {
  it("gives its number, and leaves it nothing", async () => {
    const bench = await openBluezBench({ privacy: true });
    const { station, written } = phone(bench);
    expect(await bench.radio.readNumber(await peerOf(bench))).toEqual(number(7));
    expect(written).toEqual([]);
    expect(station.links.size).toBe(0);
  });

  it("tells it no number of ours, though it asks over the same connection", async () => {
    const bench = await openBluezBench({ privacy: true });
    await bench.radio.serve();
    await bench.radio.advertise(number(1), { seconds: 900, isConnectable: true });
    const asked: unknown[] = [];
    const { station } = phone(bench, {
      read: async () => {
        for (const link of station.links)
          asked.push(await link.readBack().catch((error: unknown) => (error as Error).message));
        return number(7);
      },
    });
    expect(await bench.radio.readNumber(await peerOf(bench))).toEqual(number(7));
    expect(asked).toEqual(["read not permitted"]);
    expect(bench.log.readers).toEqual([]);
  });

  it("leaves nothing of it in BlueZ, unless its owner has decided on it", async () => {
    const bench = await openBluezBench({ privacy: true });
    const client = await clientOf(bench);
    const { station } = phone(bench);
    const peer = await peerOf(bench);
    await bench.radio.stopListening();
    await client.call(peer, "Device1.Connect");
    await client.call(peer, "Device1.Disconnect");
    const set = "org.freedesktop.DBus.Properties";
    const trust = { path: peer, interface: set, member: "Set", signature: "ssv", destination: "org.bluez" };
    for (const isTrusted of [true, false]) {
      await client.bus.invoke({ ...trust, body: ["org.bluez.Device1", "Trusted", ["b", isTrusted]] });
      expect(await bench.radio.readNumber(peer)).toEqual(number(7));
      expect(station.links.size).toBe(0);
      expect(Object.keys(await client.objects()).includes(peer)).toBe(isTrusted);
    }
  });

  it("leaves it alone where it is connected already", async () => {
    const bench = await openBluezBench({ privacy: true });
    await bench.radio.serve();
    await bench.radio.advertise(number(1), { seconds: 900, isConnectable: true });
    const { station, address } = phone(bench);
    const peer = await peerOf(bench);
    const link = await station.connect(bench.onAir()[0]?.address ?? "", address);
    // What BlueZ told before its answer to this has come too.
    await bench.radio.stopListening();
    await expect(bench.radio.readNumber(peer)).rejects.toMatchObject({ code: "PEER_UNREACHABLE" });
    expect(link.isOpen).toBe(true);
    expect(await link.read(), "it may still read").toEqual(number(1));
  });

  it("gives what the peer gives, whatever it is", async () => {
    const bench = await openBluezBench({ privacy: true });
    phone(bench, { read: () => new Uint8Array(300) });
    expect(await bench.radio.readNumber(await peerOf(bench))).toEqual(new Uint8Array(300));
  });

  it.each<[string, Partial<GattServer>]>([
    ["has another service", { service: "0000180f-0000-1000-8000-00805f9b34fb" }],
    ["has another characteristic", { characteristic: "00002a19-0000-1000-8000-00805f9b34fb" }],
    ["refuses to be read", { read: () => undefined }],
  ])("fails with a peer that %s, and disconnects", async (_what, gatt) => {
    const bench = await openBluezBench({ privacy: true });
    const { station, written } = phone(bench, gatt);
    await expect(bench.radio.readNumber(await peerOf(bench))).rejects.toMatchObject({
      name: "RecorderError",
      code: "PEER_UNREACHABLE",
    });
    expect(station.links.size).toBe(0);
    expect(written).toEqual([]);
  });

  it("fails with a peer that never was, or that was heard elsewhere", async () => {
    const { radio } = await openBluezBench({ privacy: true });
    for (const peer of [
      "/org/bluez/hci0/dev_00_00_00_00_00_00",
      "/org/bluez/hci1/dev_00",
      "../no path",
      "",
    ]) {
      await expect(radio.readNumber(peer)).rejects.toMatchObject({ code: "PEER_UNREACHABLE" });
    }
  });

  it("fails with a peer that went, and does not name its address", async () => {
    const clock = new VirtualClock();
    const bench = await openBluezBench({ privacy: true, clock });
    const { station } = phone(bench);
    await bench.radio.listen();
    await clock.advance(100);
    await until(() => expect(bench.log.sightings.length).toBeGreaterThan(0));
    station.silence();
    const peer = bench.log.sightings[0]?.peer ?? "";
    const failure = await whileTimePasses(
      bench,
      clock,
      bench.radio.readNumber(peer).catch((error: unknown) => error),
    );
    expect(failure).toMatchObject({ code: "PEER_UNREACHABLE" });
    expect(inspect(failure, { depth: 9 })).not.toContain(peer.slice(-17));
  });

  it("ends after 20 seconds with a peer that says nothing, and disconnects then", async () => {
    const clock = new VirtualClock();
    const bench = await openBluezBench({ privacy: true, clock });
    await bench.radio.serve();
    const asked = Promise.withResolvers<undefined>();
    const { station } = phone(bench, {
      read: () => {
        asked.resolve(undefined);
        return new Promise(() => undefined);
      },
    });
    await bench.radio.listen();
    await clock.advance(100);
    await until(() => expect(bench.log.sightings.length).toBeGreaterThan(0));
    const begun = clock.monotonic();
    const reading = bench.radio.readNumber(bench.log.sightings[0]?.peer ?? "");
    const outcome = expect(reading).rejects.toMatchObject({
      code: "PEER_UNREACHABLE",
      message: expect.stringContaining("too long"),
    });
    await whileTimePasses(bench, clock, asked.promise);
    // As a guest it would have had to leave ten seconds after it connected, which takes less than one.
    await clock.advance(begun + 10_900 - clock.monotonic());
    for (let i = 0; i < 2; i++) await bench.radio.stopListening().then(() => bench.radio.listen());
    expect(station.links.size).toBe(1);
    await clock.advance(20_000);
    await outcome;
    expect(station.links.size).toBe(0);
  });

  it("fails when the adapter goes meanwhile", async () => {
    const bench = await openBluezBench({ privacy: true });
    const { station } = phone(bench, { read: () => new Promise(() => undefined) });
    const reading = bench.radio.readNumber(await peerOf(bench));
    const outcome = expect(reading).rejects.toMatchObject({ code: "PEER_UNREACHABLE" });
    await until(() => expect(station.links.size).toBe(1));
    await bench.bluez.crash();
    await outcome;
  });
});

describe("reading a peer whose services BlueZ finds late", () => {
  const device = "/org/bluez/hci0/dev_1";
  const char = `${device}/service1/char1`;
  const answers: Record<string, unknown> = {
    Get: false,
    GetAll: { Paired: false, Trusted: false },
    GetManagedObjects: {
      [`${device}/service1`]: { [GATT_SERVICE]: { UUID: SERVICE_UUID } },
      [char]: {
        [GATT_CHARACTERISTIC]: { UUID: CHARACTERISTIC_UUID, Service: `${device}/service1`, Flags: ["read"] },
      },
    },
    ReadValue: Buffer.from(number(7)),
  };

  function begin() {
    const calls: string[] = [];
    const connections = new Connections();
    const clock = new VirtualClock();
    const bus = {
      call: ({ member }: { member: string }) => {
        calls.push(member);
        return Promise.resolve(answers[member]);
      },
    };
    return {
      calls,
      clock,
      connections,
      reading: readNumberOf(device, { bus, clock, connections }),
    };
  }

  it("waits for them", async () => {
    const { calls, clock, connections, reading } = begin();
    await clock.advance(1_000);
    connections.change(device, { Connected: true, ServicesResolved: false });
    connections.change("/elsewhere", { ServicesResolved: true });
    await clock.advance(1_000);
    expect(calls).toEqual(["Get", "Connect", "Get"]);
    connections.change(device, { ServicesResolved: true });
    expect(await reading).toEqual(number(7));
    expect(calls.slice(3)).toEqual(["GetManagedObjects", "ReadValue", "GetAll", "RemoveDevice"]);
  });

  it.each<[string, (connections: Connections) => void]>([
    ["disconnects", (connections) => connections.change(device, { Connected: false })],
    ["is forgotten", (connections) => connections.forget(device)],
    ["goes with its adapter", (connections) => connections.clear()],
  ])("does not wait for one that %s", async (_what, goes) => {
    const { calls, clock, connections, reading } = begin();
    await clock.advance(1_000);
    goes(connections);
    await expect(reading).rejects.toMatchObject({ code: "PEER_UNREACHABLE" });
    expect(calls).toEqual(["Get", "Connect", "Get", "GetAll", "RemoveDevice"]);
  });
});

describe("the characteristic of a peer", () => {
  const device = "/org/bluez/hci0/dev_1";
  const objects = (uuid: string, flags: unknown, service: unknown = SERVICE_UUID) =>
    decodeObjects({
      [`${device}/service1`]: { [GATT_SERVICE]: { UUID: service } },
      [`${device}/service1/char1`]: {
        [GATT_CHARACTERISTIC]: { UUID: uuid, Service: `${device}/service1`, Flags: flags },
      },
    });

  it("is found whatever the case of its UUIDs, and whatever flags it has", () => {
    for (const flags of [["read", "write"], [], "none"]) {
      const found = objects(CHARACTERISTIC_UUID.toUpperCase(), flags, SERVICE_UUID.toUpperCase());
      expect(findCharacteristic(found, device)).toBe(`${device}/service1/char1`);
    }
  });

  it("is only found below its device, in its service", () => {
    expect(findCharacteristic(objects(CHARACTERISTIC_UUID, []), "/org/bluez/hci0/dev_2")).toBeUndefined();
    expect(findCharacteristic(objects(CHARACTERISTIC_UUID, []), "/org/bluez/hci0/dev")).toBeUndefined();
    expect(findCharacteristic(objects(CHARACTERISTIC_UUID, [], 7), device)).toBeUndefined();
    expect(findCharacteristic(objects(SERVICE_UUID, []), device)).toBeUndefined();
  });
});
