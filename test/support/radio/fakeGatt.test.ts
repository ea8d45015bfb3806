import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AcceleratedClock } from "./acceleratedClock.ts";
import { BluezClient } from "./bluezClient.ts";
import { SimulatedAir } from "./simulatedAir.ts";
import { startMachine, type SimulatedMachine } from "./simulatedMachine.ts";
import { tocsinCharacteristic, tocsinService } from "./tocsinService.ts";

const hci0 = "/org/bluez/hci0";
const app = "/org/example/app";
const root = "org.bluez";

let air: SimulatedAir;
let machine: SimulatedMachine;
let client: BluezClient;

beforeEach(async () => {
  const clock = new AcceleratedClock({ origin: Date.UTC(2020), factor: 50 });
  air = new SimulatedAir({ clock, loss: 0, noise: 0 });
  machine = await startMachine(air, { privacy: true });
  client = await BluezClient.connect(machine.address);
});

afterEach(async () => {
  air.close();
  await client.close();
  await machine.close();
});

describe("an application of the machine", () => {
  /** What the application was called with. */
  let calls: unknown[];

  async function register(): Promise<void> {
    calls = [];
    client.bus.exportObjectManager(app);
    client.bus.exportInterface({ UUID: tocsinService, Primary: true }, `${app}/service`, {
      name: `${root}.GattService1`,
      properties: { UUID: "s", Primary: "b" },
    });
    const characteristic = {
      UUID: tocsinCharacteristic,
      Service: `${app}/service`,
      Flags: ["read", "write"],
      ReadValue: (options: unknown) => {
        calls.push(options);
        return Buffer.alloc(16, 5);
      },
      WriteValue: (value: Buffer, options: unknown) => {
        calls.push([...value], options);
        if (value.length !== 16)
          throw Object.assign(new Error("no"), { dbusName: `${root}.Error.InvalidValueLength` });
        return null;
      },
    };
    client.bus.exportInterface(characteristic, `${app}/service/characteristic`, {
      name: `${root}.GattCharacteristic1`,
      methods: { ReadValue: ["a{sv}", "ay", [], []], WriteValue: ["aya{sv}", "", [], []] },
      properties: { UUID: "s", Service: "o", Flags: "as" },
    });
    await client.call(hci0, "GattManager1.RegisterApplication", "oa{sv}", app, []);
  }

  async function connectable(): Promise<string> {
    client.advertisement("/org/example/advertisement", {
      Type: ["s", "peripheral"],
      ServiceUUIDs: ["as", [tocsinService]],
      ServiceData: ["a{sv}", [[tocsinService, ["ay", Buffer.alloc(20, 7)]]]],
    });
    const path = "/org/example/advertisement";
    await client.call(hci0, "LEAdvertisingManager1.RegisterAdvertisement", "oa{sv}", path, []);
    await air.clock.sleep(1000);
    return air.journal.entries("advertisement")[0]!.address;
  }

  test("is read and written by peers that connect, and told which device it is", async () => {
    await register();
    const to = await connectable();
    const peer = air.join("peer", { x: 1, y: 0 });
    const from = air.address("resolvable");
    const link = await peer.connect(to, from);
    const device = `${hci0}/dev_${from.text.replaceAll(":", "_")}`;
    await client.until(() => client.moved("InterfacesAdded").includes(device));
    expect(await link.read()).toEqual(new Uint8Array(16).fill(5));
    await link.write(new Uint8Array(16).fill(9));
    await expect(link.write(new Uint8Array(3))).rejects.toThrow("not permitted");
    const known = { device, link: "LE", mtu: 517 };
    expect(calls).toEqual([
      { ...known, offset: 0 },
      Array(16).fill(9),
      { ...known, type: "request" },
      [0, 0, 0],
      { ...known, type: "request" },
    ]);
    link.close();
    await client.until(() => client.changes(device, "Connected").at(-1) === false);
    // Half a minute, after which one that was only heard is forgotten.
    await air.clock.sleep(31_000);
    expect(Object.keys(await client.objects())).toContain(device);
    await client.call(hci0, "Adapter1.RemoveDevice", "o", device);
    expect(client.moved("InterfacesRemoved")).toContain(device);
  });

  test("is refused twice, and nobody answers any more when it was taken back", async () => {
    await register();
    await expect(register()).rejects.toMatchObject({ dbusName: `${root}.Error.AlreadyExists` });
    expect(machine.adapter.station.gatt).toBeDefined();
    await client.call(hci0, "GattManager1.UnregisterApplication", "o", app);
    expect(machine.adapter.station.gatt).toBeUndefined();
    await expect(client.call(hci0, "GattManager1.UnregisterApplication", "o", app)).rejects.toMatchObject({
      dbusName: `${root}.Error.DoesNotExist`,
    });
  });

  test("is refused without a characteristic", async () => {
    client.bus.exportObjectManager("/empty");
    await expect(
      client.call(hci0, "GattManager1.RegisterApplication", "oa{sv}", "/empty", []),
    ).rejects.toMatchObject({ dbusName: `${root}.Error.Failed` });
  });
});

describe("a peer's characteristic", () => {
  async function find(flags: ("read" | "write")[], isAnswering = true) {
    const peer = air.join("peer", { x: 1, y: 0 });
    const written: number[][] = [];
    if (isAnswering) {
      peer.gatt = {
        service: tocsinService,
        characteristic: tocsinCharacteristic,
        flags,
        read: () => new Uint8Array(16).fill(3),
        write: (value) => written.push([...value]) > 0,
      };
    }
    const address = air.address("resolvable");
    const advertised = { isConnectable: true, serviceUuids: [tocsinService], serviceData: {}, others: {} };
    peer.advertise(advertised, address);
    const device = `${hci0}/dev_${address.text.replaceAll(":", "_")}`;
    await client.call(hci0, "Adapter1.SetDiscoveryFilter", "a{sv}", [["UUIDs", ["as", [tocsinService]]]]);
    await client.call(hci0, "Adapter1.StartDiscovery");
    await client.until(() => client.moved("InterfacesAdded").includes(device));
    return { peer, device, written };
  }

  test("is there while it is connected, and can be read and written", async () => {
    const { device, written } = await find(["read", "write"]);
    await client.call(device, "Device1.Connect");
    expect(client.changes(device, "ServicesResolved")).toEqual([true]);
    const [path, interfaces] = Object.entries(await client.objects()).find(
      ([, one]) => `${root}.GattCharacteristic1` in one,
    )!;
    expect(interfaces[`${root}.GattCharacteristic1`]).toMatchObject({ UUID: tocsinCharacteristic });
    expect(await client.call(path, "GattCharacteristic1.ReadValue", "a{sv}", [])).toEqual(
      Buffer.alloc(16, 3),
    );
    await client.call(path, "GattCharacteristic1.WriteValue", "aya{sv}", Buffer.alloc(16, 4), []);
    expect(written).toEqual([Array(16).fill(4)]);
    await expect(client.call(device, "Device1.Connect")).rejects.toMatchObject({
      dbusName: `${root}.Error.AlreadyConnected`,
    });
    await client.call(device, "Device1.Disconnect");
    expect(client.moved("InterfacesRemoved")).toContain(path);
    expect(client.changes(device, "Connected")).toEqual([true, false]);
    await expect(client.call(device, "Device1.Disconnect")).rejects.toMatchObject({
      dbusName: `${root}.Error.NotConnected`,
    });
  });

  test("goes with its device, whose connection that ends", async () => {
    const { device, peer } = await find(["read"]);
    await client.call(device, "Device1.Connect");
    await client.call(hci0, "Adapter1.StopDiscovery");
    await client.call(hci0, "Adapter1.RemoveDevice", "o", device);
    expect(peer.links.size).toBe(0);
    expect(Object.keys(await client.objects()).filter((path) => path.startsWith(device))).toEqual([]);
  });

  test("that cannot be read says so", async () => {
    const { device } = await find(["write"]);
    await client.call(device, "Device1.Connect");
    const path = `${device}/service0001/char0002`;
    await expect(client.call(path, "GattCharacteristic1.ReadValue", "a{sv}", [])).rejects.toMatchObject({
      dbusName: `${root}.Error.NotSupported`,
    });
  });

  test("out of reach is not connected to", async () => {
    const { device } = await find(["read"], false);
    await expect(client.call(device, "Device1.Connect")).rejects.toMatchObject({
      dbusName: `${root}.Error.Failed`,
    });
  });
});
