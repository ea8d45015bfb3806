import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../recorder/systemClock.ts";
import { AcceleratedClock } from "./acceleratedClock.ts";
import { BluezClient } from "./bluezClient.ts";
import { SimulatedAir, type AirOptions } from "./simulatedAir.ts";
import { startMachine, type SimulatedMachine } from "./simulatedMachine.ts";
import type { Station } from "./station.ts";
import { tocsinService } from "./tocsinService.ts";

const hci0 = "/org/bluez/hci0";
const filter = (uuid = tocsinService, isToldEveryTime = true) => [
  ["UUIDs", ["as", [uuid]]],
  ["Transport", ["s", "le"]],
  ["DuplicateData", ["b", isToldEveryTime]],
];

let air: SimulatedAir;
let peer: Station;
let machine: SimulatedMachine;
let client: BluezClient;

beforeEach(async () => {
  // In real time, half a minute of which BlueZ takes to forget a device.
  await begin({ clock: systemClock, interval: 5 });
});

afterEach(end);

/** A machine, and a peer that is so near by comparison that no advertisement is lost. */
async function begin(options: AirOptions): Promise<void> {
  air = new SimulatedAir({ loss: 0, range: 1e6, ...options });
  peer = air.join("peer", { x: 1, y: 0 });
  machine = await startMachine(air);
  client = await BluezClient.connect(machine.address);
}

async function end(): Promise<void> {
  air.close();
  await client.close();
  await machine.close();
}

/** The peer begins to advertise, and its object's path. */
function advertise(values: { serviceUuids?: string[]; isConnectable?: boolean } = {}) {
  const address = air.address("resolvable");
  const transmission = peer.advertise(
    {
      isConnectable: false,
      serviceUuids: [tocsinService],
      serviceData: { [tocsinService]: new Uint8Array(16).fill(1) },
      txPower: 12,
      others: {},
      ...values,
    },
    address,
  );
  return {
    path: `${hci0}/dev_${address.text.replaceAll(":", "_")}`,
    stop: () => transmission.stop(),
    address,
  };
}

async function discover(...options: Parameters<typeof filter>): Promise<void> {
  await client.call(hci0, "Adapter1.SetDiscoveryFilter", "a{sv}", filter(...options));
  await client.call(hci0, "Adapter1.StartDiscovery");
}

describe("discovery", () => {
  test("shows what is heard, tells service data every time, and the strength when it differs", async () => {
    const { path, address } = advertise();
    await discover();
    await client.until(() => client.changes(path, "ServiceData").length >= 20);
    const [, interfaces] = client.signals.find(({ member }) => member === "InterfacesAdded")!.body as [
      string,
      Record<string, Record<string, unknown>>,
    ];
    expect(interfaces["org.bluez.Device1"]).toMatchObject({
      Address: address.text,
      AddressType: "random",
      UUIDs: [tocsinService],
      ServiceData: { [tocsinService]: Buffer.alloc(16, 1) },
      TxPower: 12,
      Connected: false,
      Adapter: hci0,
    });
    const strengths = [interfaces["org.bluez.Device1"]!.RSSI, ...client.changes(path, "RSSI")];
    expect(strengths.some((rssi, i) => rssi === strengths[i + 1])).toBe(false);
    expect(client.changes(path, "TxPower")).toEqual([]);
    expect(client.changes(hci0, "Discovering")).toEqual([true]);
  });

  test("without duplicates tells service data once; of other services, or none asked for, nothing", async () => {
    const { path } = advertise();
    const { path: other } = advertise({ serviceUuids: ["0000180f-0000-1000-8000-00805f9b34fb"] });
    await discover(tocsinService, false);
    await client.until(() => client.changes(path, "RSSI").length >= 10);
    expect(client.changes(path, "ServiceData")).toEqual([]);
    expect(client.moved("InterfacesAdded")).toEqual([path]);
    expect(Object.keys(await client.objects())).not.toContain(other);
  });

  test("is one session a client, which ends with it", async () => {
    const other = await BluezClient.connect(machine.address);
    await other.call(hci0, "Adapter1.StartDiscovery");
    await expect(client.call(hci0, "Adapter1.StopDiscovery")).rejects.toMatchObject({
      dbusName: "org.bluez.Error.Failed",
    });
    await discover();
    await expect(client.call(hci0, "Adapter1.StartDiscovery")).rejects.toMatchObject({
      dbusName: "org.bluez.Error.InProgress",
    });
    await client.call(hci0, "Adapter1.StopDiscovery");
    expect(machine.adapter.isScanning).toBe(true);
    await other.close();
    await client.until(() => client.changes(hci0, "Discovering").at(-1) === false);
    expect(machine.adapter.isScanning).toBe(false);
  });

  test("that ends forgets at once what nobody can connect to", async () => {
    const { path } = advertise();
    const { path: connectable } = advertise({ isConnectable: true });
    await discover();
    await client.until(() => client.moved("InterfacesAdded").length === 2);
    await client.call(hci0, "Adapter1.StopDiscovery");
    await client.until(() => client.moved("InterfacesRemoved").length > 0);
    expect(client.moved("InterfacesRemoved")).toEqual([path]);
    const invalidated = client.signals.filter(({ path, body }) => path === connectable && body!.length === 3);
    expect(invalidated.at(-1)!.body![2]).toEqual(["RSSI", "TxPower"]);
    expect(await client.get(connectable, "Device1")).not.toHaveProperty("RSSI");
  });

  test("refuses filters that contradict themselves", async () => {
    for (const wrong of [
      [
        ["RSSI", ["n", -80]],
        ["Pathloss", ["q", 40]],
      ],
      [["Transport", ["s", "wire"]]],
      [["UUIDs", ["s", tocsinService]]],
      [["Anything", ["b", true]]],
    ]) {
      await expect(client.call(hci0, "Adapter1.SetDiscoveryFilter", "a{sv}", wrong)).rejects.toMatchObject({
        dbusName: "org.bluez.Error.InvalidArguments",
      });
    }
  });
});

test("a device is forgotten 30 s after it was last heard", async () => {
  await end();
  await begin({ clock: new AcceleratedClock({ origin: Date.UTC(2020), factor: 200 }) });
  const { path, stop } = advertise();
  await discover();
  await client.until(() => client.moved("InterfacesAdded").length > 0);
  stop();
  const [{ last } = { last: NaN }] = air.journal.entries("advertisement");
  await client.until(() => client.moved("InterfacesRemoved").includes(path));
  expect(air.clock.now() - last).toBeGreaterThanOrEqual(30_000);
});

describe("the adapter", () => {
  test("tells of power and discoverability, and refuses work without power", async () => {
    await discover();
    machine.adapter.setDiscoverable(true);
    machine.adapter.setPowered(false);
    await client.until(() => client.changes(hci0, "Powered").includes(false));
    expect(client.changes(hci0, "Discoverable")).toEqual([true, false]);
    expect(client.changes(hci0, "Discovering")).toEqual([true, false]);
    await expect(client.call(hci0, "Adapter1.StartDiscovery")).rejects.toMatchObject({
      dbusName: "org.bluez.Error.NotReady",
    });
    machine.adapter.setPowered(true);
    await client.until(() => client.changes(hci0, "Powered").includes(true));
    await client.call(hci0, "Adapter1.StartDiscovery");
  });

  test("stays connectable when it is found no longer, and tells nobody that it is", async () => {
    const isConnectable = async () => (await client.get(hci0, "Adapter1")).Connectable;
    expect(await isConnectable()).toBe(false);
    machine.adapter.setDiscoverable(true);
    expect(await isConnectable()).toBe(true);
    machine.adapter.endDiscoverable();
    expect(await client.get(hci0, "Adapter1")).toMatchObject({ Discoverable: false, Connectable: true });
    machine.adapter.setConnectable(false);
    expect(await isConnectable()).toBe(false);
    expect(client.changes(hci0, "Discoverable")).toEqual([true, false]);
    expect(client.changes(hci0, "Connectable")).toEqual([]);
  });

  test("says what its version of bluetoothd says, and no more", async () => {
    expect(await client.get(hci0, "Adapter1")).not.toHaveProperty("ExperimentalFeatures");
    await client.close();
    await machine.close();
    machine = await startMachine(air, { tellsConnectable: false, experimentalFeatures: ["some"] });
    client = await BluezClient.connect(machine.address);
    machine.adapter.setDiscoverable(true);
    const shown = await client.get(hci0, "Adapter1");
    expect(shown).toMatchObject({ Discoverable: true, ExperimentalFeatures: ["some"] });
    expect(shown).not.toHaveProperty("Connectable");
  });

  test("goes with all that it had, and comes back", async () => {
    advertise();
    await discover();
    await client.until(() => client.moved("InterfacesAdded").length > 0);
    machine.adapter.setPresent(false);
    await client.until(() => client.moved("InterfacesRemoved").includes(hci0));
    expect(Object.keys(await client.objects())).toEqual([]);
    machine.adapter.setPresent(true);
    await client.until(() => client.moved("InterfacesAdded").includes(hci0));
    expect(await client.get(hci0, "Adapter1")).toMatchObject({ Powered: true, Discovering: false });
    expect(Object.keys((await client.objects())[hci0]!).sort()).toEqual([
      "org.bluez.Adapter1",
      "org.bluez.GattManager1",
      "org.bluez.LEAdvertisingManager1",
    ]);
  });

  test("tells by its secondary channels whether it has extended advertising", async () => {
    expect(await client.get(hci0, "LEAdvertisingManager1")).toHaveProperty("SupportedSecondaryChannels");
    await client.close();
    await machine.close();
    machine = await startMachine(air, { extended: false });
    client = await BluezClient.connect(machine.address);
    expect(await client.get(hci0, "LEAdvertisingManager1")).not.toHaveProperty("SupportedSecondaryChannels");
  });
});

test.each(["end", "crash"] as const)(
  "after its %s the daemon has lost its name, and begins anew",
  async (ending) => {
    await discover();
    await machine.bluez[ending]();
    const owners = () => client.signals.filter(({ member }) => member === "NameOwnerChanged");
    await client.until(() => owners().length > 0);
    expect(machine.adapter.isScanning).toBe(false);
    await machine.bluez.begin();
    await client.until(() => owners().length > 1);
    expect(await client.get(hci0, "Adapter1")).toMatchObject({ Discovering: false });
  },
);
