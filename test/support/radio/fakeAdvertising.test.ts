import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Clock } from "../../../recorder/ports/clock.ts";
import { AcceleratedClock } from "./acceleratedClock.ts";
import { BluezClient } from "./bluezClient.ts";
import { SimulatedAir } from "./simulatedAir.ts";
import { startMachine, type SimulatedMachine } from "./simulatedMachine.ts";
import { tocsinService } from "./tocsinService.ts";
import { VirtualClock } from "./virtualClock.ts";

const hci0 = "/org/bluez/hci0";
const own = "/org/example/advertisement";

let air: SimulatedAir;
let machine: SimulatedMachine;
let client: BluezClient;

beforeEach(() => begin(new AcceleratedClock({ origin: Date.UTC(2020), factor: 200 })));

afterEach(end);

async function begin(clock: Clock): Promise<void> {
  air = new SimulatedAir({ clock });
  machine = await startMachine(air);
  client = await BluezClient.connect(machine.address);
}

async function end(): Promise<void> {
  air.close();
  await client.close();
  await machine.close();
}

/** Shows an advertisement with that many bytes of service data, and registers it. */
async function register(
  bytes: number,
  changes: Record<string, [signature: string, value: unknown]> = {},
  path = own,
): Promise<void> {
  client.advertisement(path, {
    Type: ["s", "broadcast"],
    ServiceUUIDs: ["as", [tocsinService]],
    ServiceData: ["a{sv}", [[tocsinService, ["ay", Buffer.alloc(bytes, 7)]]]],
    ...changes,
  });
  await client.call(hci0, "LEAdvertisingManager1.RegisterAdvertisement", "oa{sv}", path, []);
}

const unregister = (path = own) =>
  client.call(hci0, "LEAdvertisingManager1.UnregisterAdvertisement", "o", path);
const refused = (kind: string) => ({ dbusName: `org.bluez.Error.${kind}` });
const sent = () => air.journal.entries("advertisement");
const released = () => client.signals.some(({ member }) => member === "Release");
const active = async () => (await client.get(hci0, "LEAdvertisingManager1")).ActiveInstances;

describe("an advertisement", () => {
  test("goes on air as the client's object says, and off again", async () => {
    await register(16, {
      Includes: ["as", ["tx-power"]],
      MinInterval: ["u", 300],
      MaxInterval: ["u", 300],
    });
    expect(await active()).toBe(1);
    await air.clock.sleep(2000);
    expect(sent()).toMatchObject([
      {
        addressKind: "nonresolvable",
        isConnectable: false,
        serviceUuids: [tocsinService],
        serviceData: { [tocsinService]: "07".repeat(16) },
        txPower: 12,
        others: {},
      },
    ]);
    await unregister();
    const { count } = sent()[0]!;
    await air.clock.sleep(5000);
    expect(sent()[0]!.count).toBe(count);
    expect(await active()).toBe(0);
    expect(released()).toBe(false);
  });

  test("has room for 31 bytes, with all that belongs to them", async () => {
    await register(20, { Type: ["s", "peripheral"], Includes: ["as", ["tx-power"]] });
    await unregister();
    await expect(register(24)).rejects.toMatchObject(refused("Failed"));
    machine.adapter.setDiscoverable(true);
    await expect(register(21, { Type: ["s", "peripheral"] }).then(() => unregister())).rejects.toMatchObject(
      refused("Failed"),
    );
    await register(21);
    expect(await active()).toBe(1);
  });

  test.each<[string, Record<string, [string, unknown]>]>([
    ["a type that does not exist", { Type: ["s", "shout"] }],
    ["a broadcast that wants to be found", { Discoverable: ["b", true] }],
    ["service data of another type", { ServiceData: ["a{sv}", [[tocsinService, ["s", "0707"]]]] }],
    ["a UUID that is none", { ServiceUUIDs: ["as", ["c0-19"]] }],
    ["an interval that is too short", { MinInterval: ["u", 19] }],
    ["an interval of another type", { MaxInterval: ["s", "300"] }],
    ["a shortest interval above the longest", { MinInterval: ["u", 301], MaxInterval: ["u", 300] }],
  ])("is refused with %s", async (_name, changes) => {
    await expect(register(16, changes)).rejects.toMatchObject(refused("Failed"));
    expect(await active()).toBe(0);
    expect(sent()).toEqual([]);
  });

  test("is refused twice at one path, over the number of instances, and without power", async () => {
    await register(16);
    await expect(register(16)).rejects.toMatchObject(refused("AlreadyExists"));
    for (let i = 1; i < 5; i++) await register(16, {}, `${own}${i}`);
    await expect(register(16, {}, `${own}5`)).rejects.toMatchObject(refused("NotPermitted"));
    await unregister();
    await expect(unregister()).rejects.toMatchObject(refused("DoesNotExist"));
    machine.adapter.setPowered(false);
    await expect(register(16)).rejects.toMatchObject(refused("Failed"));
  });

  test("ends when its time is over, and the client is told", async () => {
    const begun = air.clock.monotonic();
    await register(16, { Timeout: ["q", 30] });
    await client.until(released);
    expect(air.clock.monotonic() - begun).toBeGreaterThanOrEqual(30_000);
    expect(await active()).toBe(0);
    await expect(unregister()).rejects.toMatchObject(refused("DoesNotExist"));
  });

  test("ends with its client", async () => {
    await register(16);
    await client.close();
    client = await BluezClient.connect(machine.address);
    await expect.poll(() => air.transmissions()).toEqual([]);
  });

  test("is off the air after a loss of power, though still registered, and does not come back by itself", async () => {
    await register(16);
    machine.adapter.setPowered(false);
    machine.adapter.setPowered(true);
    expect(air.transmissions()).toHaveLength(0);
    expect(await active()).toBe(1);
    await unregister();
    await register(16);
    expect(air.transmissions()).toHaveLength(1);
  });
});

test("an adapter that is pulled out, and a daemon that ends, release what was registered", async () => {
  await register(16);
  machine.adapter.setPresent(false);
  await client.until(released);
  machine.adapter.setPresent(true);
  client.signals.length = 0;
  await register(16);
  await machine.bluez.end();
  await client.until(released);
  expect(air.transmissions()).toHaveLength(0);
});

test("a daemon that crashes leaves its advertisement on air until it is back", async () => {
  await end();
  // Time that waits for the crash, however late that comes.
  const clock = new VirtualClock();
  await begin(clock);
  await register(16, { Timeout: ["q", 200] });
  await machine.bluez.crash();
  await clock.advance(400_000);
  expect(air.transmissions()).toHaveLength(1);
  await machine.bluez.begin();
  expect(air.transmissions()).toHaveLength(0);
  await register(16);
  expect(released()).toBe(false);
});
