import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createBroker,
  createClient,
  createConnection,
  messageType,
  type DBusBroker,
  type Message,
} from "dbus-native";
import { describe, expect, it, onTestFinished } from "vitest";
import { bluezBench, openBluezBench, RadioLog, until } from "../../test/support/radio/bluezBench.ts";
import { FakeBluez } from "../../test/support/radio/fakeBluez.ts";
import { SimulatedAdapter } from "../../test/support/radio/simulatedAdapter.ts";
import { SimulatedAir } from "../../test/support/radio/simulatedAir.ts";
import { VirtualClock } from "../../test/support/radio/virtualClock.ts";
import { systemClock } from "../systemClock.ts";
import { BluezRadio } from "./bluezRadio.ts";

const number = (byte: number): Uint8Array => new Uint8Array(16).fill(byte);
const hex = (byte: number): string => Buffer.alloc(16, byte).toString("hex");
const forLong = { seconds: 900, isConnectable: false };

describe("an adapter", () => {
  it("that loses power takes all off the air, and nothing comes back with it", async () => {
    const { radio, adapter, log, onAir, bus } = await openBluezBench();
    await radio.advertise(number(1), forLong);
    await radio.listen();
    adapter.setPowered(false);
    await until(() => expect(log.changes.at(-1)).toMatchObject({ isPowered: false }));
    for (const act of [radio.advertise(number(2), forLong), radio.listen()]) {
      await expect(act).rejects.toMatchObject({
        code: "ADAPTER_OFF",
        message: expect.stringContaining("power on"),
      });
    }
    await radio.withdraw();
    await radio.stopListening();
    expect(await activeInstances(bus.address)).toBe(0);
    adapter.setPowered(true);
    await until(() => expect(radio.facts()).toMatchObject({ isPowered: true }));
    expect(onAir()).toEqual([]);
    await radio.advertise(number(3), forLong);
    await radio.listen();
    expect(onAir().map(({ serviceData }) => serviceData)).toEqual([hex(3)]);
    expect(adapter.isScanning).toBe(true);
    expect(log.withdrawals).toBe(0);
  });

  it("that is pulled out is missed, and used again when it is back", async () => {
    const { radio, adapter, log, onAir } = await openBluezBench();
    await radio.advertise(number(1), forLong);
    const before = onAir()[0]?.address;
    adapter.setPresent(false);
    await until(() => expect(log.changes.at(-1)).toBeUndefined());
    expect(log.reason).toBeUndefined();
    expect(radio.facts()).toBeUndefined();
    await expect(radio.advertise(number(2), forLong)).rejects.toMatchObject({ code: "ADAPTER_MISSING" });
    await expect(radio.readNumber("/org/bluez/hci0/dev_1")).rejects.toMatchObject({
      code: "ADAPTER_MISSING",
    });
    adapter.setPresent(true);
    await until(() => expect(radio.facts()).toMatchObject({ name: "hci0", canAdvertise: true }));
    await radio.advertise(number(3), forLong);
    expect(onAir().map(({ serviceData }) => serviceData)).toEqual([hex(3)]);
    expect(onAir()[0]?.address).not.toBe(before);
  });

  it("is replaced by one that is on", async () => {
    const { radio, adapters, onAir, log } = await openBluezBench({ adapters: [{}, {}] });
    expect(radio.facts()?.name).toBe("hci0");
    await radio.advertise(number(1), forLong);
    adapters[0]?.setPowered(false);
    await until(() => expect(log.changes.at(-1)).toMatchObject({ name: "hci1", isPowered: true }));
    await radio.advertise(number(2), forLong);
    expect(onAir().map(({ serviceData }) => serviceData)).toEqual([hex(2)]);
    // It is not left for the first one only because that is on again.
    adapters[0]?.setPowered(true);
    adapters[1]?.setDiscoverable(true);
    await until(() => expect(log.changes.at(-1)).toMatchObject({ name: "hci1", isDiscoverable: true }));
  });

  it("is the named one, and no other takes its place", async () => {
    const { radio, adapters, log } = await openBluezBench({ adapters: [{}, {}], name: "hci1" });
    expect(radio.facts()?.name).toBe("hci1");
    adapters[1]?.setPresent(false);
    await until(() => expect(log.changes.at(-1)).toBeUndefined());
    await expect(radio.listen()).rejects.toMatchObject({ code: "ADAPTER_MISSING" });
  });
});

describe("BlueZ", () => {
  it.each(["end", "crash"] as const)("may %s and begin again", async (how) => {
    const { radio, bluez, log, onAir, adapter } = await openBluezBench();
    await radio.advertise(number(1), forLong);
    await radio.listen();
    await bluez[how]();
    await until(() => expect(log.reason).toBe("BLUETOOTH_UNAVAILABLE"));
    expect(log.changes.at(-1)).toBeUndefined();
    await expect(radio.advertise(number(2), forLong)).rejects.toMatchObject({
      code: "BLUETOOTH_UNAVAILABLE",
    });
    await bluez.begin();
    await until(() => expect(radio.facts()).toMatchObject({ canAdvertise: true }));
    expect(log.reason).toBeUndefined();
    expect(onAir()).toEqual([]);
    expect(adapter.isScanning).toBe(false);
    await radio.advertise(number(3), forLong);
    await radio.listen();
    expect(onAir().map(({ serviceData }) => serviceData)).toEqual([hex(3)]);
    expect(adapter.isScanning).toBe(true);
  });

  it("that does not run is a reason not to open, until it does", async () => {
    const { radio, bluez, log } = await bluezBench();
    await bluez.end();
    await expect(radio.open(log)).rejects.toMatchObject({
      code: "BLUETOOTH_UNAVAILABLE",
      message: expect.stringContaining("systemctl enable --now bluetooth"),
    });
    expect(radio.facts()).toBeUndefined();
    await bluez.begin();
    await radio.open(log);
    expect(log.changes).toEqual([expect.objectContaining({ name: "hci0" })]);
  });

  it("has its settings read when it starts", async () => {
    const { radio, bluez, config, adapter } = await openBluezBench({ privacy: true });
    expect(radio.facts()?.canConnect).toBe(true);
    await radio.serve();
    writeFileSync(config, "[General]\nPrivacy = off\n");
    expect(radio.facts()?.canConnect).toBe(true);
    await bluez.end();
    await bluez.begin();
    await until(() =>
      expect(radio.facts()).toMatchObject({ canConnect: false, addresses: { connectable: "identity" } }),
    );
    // Whatever the radio does by itself is done before what it is asked for next.
    await radio.withdraw();
    expect(adapter.station.gatt).toBeUndefined();
  });

  it("that lets this user do nothing is a reason not to open", async () => {
    const { bus, bluez, config } = await bluezBench();
    await bluez.end();
    const stranger = await refuseEverything(bus.address);
    const radio = new BluezRadio({ busAddress: bus.address, privacyConfig: config, clock: systemClock });
    await expect(radio.open(new RadioLog())).rejects.toMatchObject({
      name: "RecorderError",
      code: "BLUETOOTH_DENIED",
      message: expect.stringContaining("group bluetooth"),
    });
    stranger.end();
  });
});

describe("the message bus", () => {
  it.each(["unix:path=/nowhere/bus", "tcp:host=127.0.0.1,port=1", "nonsense", "unix:"])(
    "at %s is a reason not to open",
    async (busAddress) => {
      const radio = new BluezRadio({ busAddress, privacyConfig: "/nowhere", clock: systemClock });
      await expect(radio.open(new RadioLog())).rejects.toMatchObject({
        name: "RecorderError",
        code: "BLUETOOTH_UNAVAILABLE",
        message: expect.stringContaining("DBUS_SYSTEM_BUS_ADDRESS"),
      });
      await radio.close();
    },
  );

  it("may end and begin again", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tocsin-bus-"));
    const clock = new VirtualClock();
    const air = new SimulatedAir({ clock, interval: 3_600_000 });
    const adapter = new SimulatedAdapter("hci0", air.join("machine", { x: 0, y: 0 }));
    let broker = await listen(join(folder, "bus"));
    await FakeBluez.start(broker.address() ?? "", [adapter]);
    const radio = new BluezRadio({
      busAddress: broker.address() ?? "",
      privacyConfig: join(folder, "none"),
      clock,
    });
    const log = new RadioLog();
    await radio.open(log);
    await radio.advertise(number(1), forLong);

    await new Promise<void>((resolve) => broker.close(resolve));
    await until(() => expect(log.changes.at(-1)).toBeUndefined());
    expect(log.changes).toHaveLength(2);
    expect(log.reason).toBe("BLUETOOTH_UNAVAILABLE");
    await expect(radio.advertise(number(2), forLong)).rejects.toMatchObject({
      code: "BLUETOOTH_UNAVAILABLE",
    });
    await clock.advance(10_000);

    broker = await listen(join(folder, "bus"));
    const bluez = await FakeBluez.start(broker.address() ?? "", [adapter]);
    await until(async () => {
      await clock.advance(1_000);
      expect(radio.facts()).toMatchObject({ name: "hci0", canAdvertise: true });
    });
    await radio.advertise(number(3), forLong);
    expect(air.transmissions()).toHaveLength(1);
    await radio.close();
    await bluez.end();
    air.close();
    await new Promise<void>((resolve) => broker.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  it("is left when the radio closes, and nothing is reported after", async () => {
    const { radio, bluez, log } = await openBluezBench();
    await radio.close();
    const changes = log.changes.length;
    await bluez.end();
    await bluez.begin();
    expect(log.changes.length).toBe(changes);
    await radio.close();
  });
});

/** How many advertisements BlueZ has registered. */
async function activeInstances(busAddress: string): Promise<unknown> {
  const client = createClient({ busAddress });
  const found = await client.invoke<unknown>({
    destination: "org.bluez",
    path: "/org/bluez/hci0",
    interface: "org.freedesktop.DBus.Properties",
    member: "Get",
    signature: "ss",
    body: ["org.bluez.LEAdvertisingManager1", "ActiveInstances"],
  });
  await client.close();
  return found;
}

function listen(socket: string): Promise<DBusBroker> {
  rmSync(socket, { force: true });
  return new Promise((resolve, reject) => {
    const broker: DBusBroker = createBroker().listen({ socket }, (error) =>
      error ? reject(error) : resolve(broker),
    );
  });
}

/** Has BlueZ's name, and answers everything as a bus whose policy forbids it. */
async function refuseEverything(busAddress: string): Promise<{ end(): unknown }> {
  const connection = createConnection({ busAddress });
  onTestFinished(() => void connection.end());
  const dbus = {
    destination: "org.freedesktop.DBus",
    path: "/org/freedesktop/DBus",
    interface: "org.freedesktop.DBus",
  };
  let serial = 0;
  const call = (message: Message): void =>
    void connection.message({ type: messageType.methodCall, serial: ++serial, ...message });
  const { promise, resolve } = Promise.withResolvers<undefined>();
  connection.on("message", (message) => {
    if (message.replySerial === 2) resolve(undefined);
    if (message.type !== messageType.methodCall) return;
    connection.message({
      type: messageType.error,
      serial: ++serial,
      replySerial: message.serial ?? 0,
      destination: message.sender ?? "",
      errorName: "org.freedesktop.DBus.Error.AccessDenied",
      signature: "s",
      body: ["Rejected send message"],
    });
  });
  call({ ...dbus, member: "Hello" });
  call({ ...dbus, member: "RequestName", signature: "su", body: ["org.bluez", 0] });
  await promise;
  return connection;
}
