import { createClient } from "dbus-native";
import { describe, expect, it } from "vitest";
import { bluezBench, openBluezBench, until, type BenchOptions } from "../../test/support/radio/bluezBench.ts";
import { VirtualClock } from "../../test/support/radio/virtualClock.ts";
import { fitsTxPower } from "./advertisement.ts";

const number = (byte: number): Uint8Array => new Uint8Array(16).fill(byte);
const hex = (byte: number, length = 16): string => Buffer.alloc(length, byte).toString("hex");
const forLong = { seconds: 900, isConnectable: false };
const connectable = { seconds: 900, isConnectable: true };

describe("what BluezRadio puts on air", () => {
  it("is the service with its data and the transmit power, and nothing else", async () => {
    const { radio, onAir, air } = await openBluezBench();
    await radio.advertise(number(1), forLong);
    expect(onAir()).toEqual([
      {
        address: expect.any(String),
        kind: "nonresolvable",
        serviceData: hex(1),
        isConnectable: false,
        txPower: 12,
      },
    ]);
    expect(air.transmissions()[0]?.advertised.serviceUuids).toEqual(["0000c019-0000-1000-8000-00805f9b34fb"]);
    expect(air.transmissions()[0]?.advertised.others).toEqual({});
  });

  it("leaves out the transmit power where the adapter cannot tell it, or it does not fit", async () => {
    const plain = await openBluezBench({ hasTxPower: false });
    await plain.radio.advertise(number(1), forLong);
    expect(plain.onAir()[0]).not.toHaveProperty("txPower");
    const full = await openBluezBench({ privacy: true });
    await full.radio.advertise(new Uint8Array(20).fill(2), connectable);
    expect(full.onAir()).toEqual([
      { address: expect.any(String), kind: "resolvable", serviceData: hex(2, 20), isConnectable: true },
    ]);
    expect([16, 17, 18, 20].map((length) => fitsTxPower(new Uint8Array(length)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("is alone: what was there before ends, and the address is a new one", async () => {
    const { radio, onAir } = await openBluezBench();
    const addresses = new Set<string | undefined>();
    for (const byte of [1, 2, 3, 4, 5, 6, 7]) {
      await radio.advertise(number(byte), forLong);
      expect(onAir().map(({ serviceData }) => serviceData)).toEqual([hex(byte)]);
      addresses.add(onAir()[0]?.address);
    }
    expect(addresses.size).toBe(7);
  });

  it.each([false, true])(
    "has a new address also on a legacy adapter that listens (extended: %s)",
    async (extended) => {
      const { radio, onAir, adapter } = await openBluezBench({ extended });
      await radio.listen();
      const addresses = new Set<string | undefined>();
      for (const byte of [1, 2, 3]) {
        await radio.advertise(number(byte), forLong);
        addresses.add(onAir()[0]?.address);
        expect(adapter.isScanning).toBe(true);
      }
      expect(addresses.size).toBe(3);
    },
  );

  it("ends when it is withdrawn, and withdrawing nothing is nothing", async () => {
    const { radio, onAir, log } = await openBluezBench();
    await radio.withdraw();
    await radio.advertise(number(1), forLong);
    await radio.withdraw();
    await radio.withdraw();
    expect(onAir()).toEqual([]);
    expect(log.withdrawals).toBe(0);
  });

  it("ends after its whole seconds by itself, and says so once", async () => {
    const clock = new VirtualClock();
    const { radio, onAir, log } = await openBluezBench({ clock, interval: 10_000 });
    await radio.advertise(number(1), { seconds: 9.2, isConnectable: false });
    await clock.advance(8_900);
    expect(onAir()).toHaveLength(1);
    await clock.advance(200);
    await until(() => expect(log.withdrawals).toBe(1));
    expect(onAir()).toEqual([]);
    await radio.advertise(number(2), forLong);
    await clock.advance(20_000);
    expect(onAir()).toHaveLength(1);
    expect(log.withdrawals).toBe(1);
  });

  it("takes one turn after the other", async () => {
    const { radio, onAir } = await openBluezBench();
    await Promise.all([
      ...[1, 2, 3, 4].map((byte) => radio.advertise(number(byte), forLong)),
      radio.listen(),
      radio.withdraw(),
      radio.advertise(number(5), forLong),
      radio.stopListening(),
    ]);
    expect(onAir().map(({ serviceData }) => serviceData)).toEqual([hex(5)]);
  });

  it("is over when the radio closes", async () => {
    const { radio, onAir, adapter } = await openBluezBench();
    await radio.advertise(number(1), forLong);
    await radio.listen();
    await radio.close();
    expect(onAir()).toEqual([]);
    expect(adapter.isScanning).toBe(false);
  });
});

describe("what BluezRadio does not put on air", () => {
  it.each([0, 15, 17, 19, 21, 31])("service data of %i bytes", async (length) => {
    const { radio, onAir } = await openBluezBench();
    await expect(radio.advertise(new Uint8Array(length), forLong)).rejects.toMatchObject({
      code: "SERVICE_DATA_INVALID",
    });
    expect(onAir()).toEqual([]);
  });

  it.each<[string, BenchOptions, typeof forLong]>([
    ["ADAPTER_ADDRESS_SHARED", { privacy: true, extended: false }, forLong],
    ["ADAPTER_ADDRESS_SHARED", { privacy: true, linkLayerPrivacy: true }, connectable],
    ["ADAPTER_ADDRESS_EXPOSED", { privacy: false }, connectable],
    ["ADAPTER_INCAPABLE", { canAdvertise: false }, forLong],
  ])("anything that fails with %s: %o %o", async (code, options, how) => {
    const { radio, onAir } = await openBluezBench(options);
    await expect(radio.advertise(number(1), how)).rejects.toMatchObject({ name: "RecorderError", code });
    expect(onAir()).toEqual([]);
  });

  it("a number while the adapter is discoverable or connectable", async () => {
    const { radio, adapter, log } = await openBluezBench();
    adapter.setDiscoverable(true);
    await until(() =>
      expect(log.changes.at(-1)).toMatchObject({
        isDiscoverable: true,
        addresses: { broadcast: "identity" },
      }),
    );
    await expect(radio.advertise(number(1), forLong)).rejects.toMatchObject({
      code: "ADAPTER_ADDRESS_EXPOSED",
    });
    adapter.setDiscoverable(false);
    await until(() => expect(radio.facts()?.addresses.broadcast).toBe("each"));
    await radio.advertise(number(1), forLong);
    adapter.setConnectable(true);
    await expect(radio.advertise(number(2), forLong)).rejects.toMatchObject({
      code: "ADAPTER_ADDRESS_EXPOSED",
      message: expect.stringContaining("bluetoothctl connectable off"),
    });
    expect(radio.facts()).toMatchObject({ isDiscoverable: false, addresses: { broadcast: "identity" } });
    expect(log.changes.at(-1)).toEqual(radio.facts());
  });

  it("anything where all places are taken, and says what to do", async () => {
    const { radio, bus, config } = await openBluezBench();
    const { BluezRadio } = await import("./bluezRadio.ts");
    const { RadioLog } = await import("../../test/support/radio/bluezBench.ts");
    const { systemClock } = await import("../systemClock.ts");
    const others = Array.from(
      { length: 5 },
      () => new BluezRadio({ busAddress: bus.address, privacyConfig: config, clock: systemClock }),
    );
    for (const other of others) {
      await other.open(new RadioLog());
      await other.advertise(number(9), forLong);
    }
    await expect(radio.advertise(number(1), forLong)).rejects.toMatchObject({
      code: "ADAPTER_BUSY",
      message: expect.stringContaining("end other programs"),
    });
    await others[0]?.close();
    await radio.advertise(number(1), forLong);
    for (const other of others) await other.close();
  });

  it("a number while a legacy adapter keeps its address, since another program listens", async () => {
    const { radio, bus, onAir, adapter } = await openBluezBench({ extended: false });
    await radio.advertise(number(1), forLong);
    const first = onAir()[0]?.address;
    const other = createClient({ busAddress: bus.address });
    const ask = (member: string) =>
      other.invoke({
        destination: "org.bluez",
        path: "/org/bluez/hci0",
        interface: "org.bluez.Adapter1",
        member,
      });
    await ask("StartDiscovery");
    await expect(radio.advertise(number(2), forLong)).rejects.toMatchObject({ code: "ADAPTER_BUSY" });
    await ask("StopDiscovery");
    await other.close();
    await radio.listen();
    await radio.advertise(number(2), forLong);
    expect(adapter.isScanning).toBe(true);
    expect(onAir()[0]?.serviceData).toBe(hex(2));
    expect(onAir()[0]?.address).not.toBe(first);
  });

  it("anything before it is open", async () => {
    const { radio } = await bluezBench();
    await expect(radio.advertise(number(1), forLong)).rejects.toMatchObject({
      code: "BLUETOOTH_UNAVAILABLE",
    });
    expect(radio.facts()).toBeUndefined();
  });
});

describe("the facts of an adapter", () => {
  it.each<[BenchOptions, object]>([
    [{}, { canConnect: false, addresses: { broadcast: "each", connectable: "identity" } }],
    [{ extended: false }, { canConnect: false, addresses: { broadcast: "each", connectable: "identity" } }],
    [{ privacy: true }, { canConnect: true, addresses: { broadcast: "each", connectable: "each" } }],
    [
      { privacy: true, alias: "anna's laptop" },
      { canConnect: false, addresses: { broadcast: "each", connectable: "each" } },
    ],
    [
      { privacy: true, extended: false },
      { canConnect: false, addresses: { broadcast: "shared", connectable: "shared" } },
    ],
    [
      { privacy: true, linkLayerPrivacy: true },
      { canConnect: false, addresses: { broadcast: "shared", connectable: "shared" } },
    ],
    [
      { privacy: true, experimentalFeatures: ["15c0a148-c273-11ea-b3de-0242ac130004"] },
      { canConnect: false, addresses: { broadcast: "shared", connectable: "shared" } },
    ],
    [{ privacy: true, experimentalFeatures: ["a6695ace-ee7f-4fb9-881a-5fac66c629af"] }, { canConnect: true }],
    [{ canAdvertise: false }, { canAdvertise: false }],
  ])("with %o are %o", async (options, facts) => {
    const { radio, log } = await openBluezBench(options);
    expect(radio.facts()).toMatchObject({ name: "hci0", isPowered: true, isDiscoverable: false, ...facts });
    expect(log.changes).toEqual([radio.facts()]);
  });
});
