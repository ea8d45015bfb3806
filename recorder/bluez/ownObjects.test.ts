import { createClient, type MessageBus } from "dbus-native";
import { describe, expect, it, onTestFinished } from "vitest";
import { openBluezBench, type BluezBench } from "../../test/support/radio/bluezBench.ts";
import { CHARACTERISTIC_UUID, SERVICE_UUID } from "./names.ts";

const number = (byte: number): Uint8Array => new Uint8Array(16).fill(byte);
const own = "/org/tocsin/recorder";

/** Another program on the bus, and the radio's name there. */
async function stranger({ bus }: BluezBench): Promise<{ client: MessageBus; radio: string }> {
  const client = createClient({ busAddress: bus.address });
  onTestFinished(() => client.close());
  for (const name of await client.listNames()) {
    if (!name.startsWith(":")) continue;
    const objects: unknown = await client
      .invoke({
        destination: name,
        path: `${own}/gatt`,
        interface: "org.freedesktop.DBus.ObjectManager",
        member: "GetManagedObjects",
      })
      .catch(() => undefined);
    if (objects !== undefined) return { client, radio: name };
  }
  throw new Error("the radio is not on the bus");
}

async function served(): Promise<BluezBench> {
  const bench = await openBluezBench({ privacy: true });
  await bench.radio.serve();
  await bench.radio.advertise(number(1), { seconds: 900, isConnectable: true });
  return bench;
}

async function advertisements(client: MessageBus, destination: string): Promise<string[]> {
  const introspect = { interface: "org.freedesktop.DBus.Introspectable", member: "Introspect" };
  const xml = await client.invoke<string>({ destination, path: own, ...introspect });
  return [...xml.matchAll(/node name="(advertisement\d+)"/g)].map(([, name]) => name ?? "");
}

describe("the objects that the recorder shows on the bus", () => {
  it("are one service with one characteristic", async () => {
    const { client, radio } = await stranger(await served());
    const manager = { interface: "org.freedesktop.DBus.ObjectManager", member: "GetManagedObjects" };
    expect(await client.invoke({ destination: radio, path: `${own}/gatt`, ...manager })).toEqual({
      [`${own}/gatt/service`]: { "org.bluez.GattService1": { UUID: SERVICE_UUID, Primary: true } },
      [`${own}/gatt/service/number`]: {
        "org.bluez.GattCharacteristic1": {
          UUID: CHARACTERISTIC_UUID,
          Service: `${own}/gatt/service`,
          Flags: ["read", "write"],
        },
      },
    });
  });

  it("are one advertisement at a time, never the same twice", async () => {
    const bench = await served();
    const { client, radio } = await stranger(bench);
    const seen = new Set<string>();
    for (const byte of [2, 3, 4]) {
      await bench.radio.advertise(number(byte), { seconds: 900, isConnectable: false });
      const now = await advertisements(client, radio);
      expect(now).toHaveLength(1);
      seen.add(now[0] ?? "");
    }
    expect(seen.size).toBe(3);
    await bench.radio.withdraw();
    expect(await advertisements(client, radio)).toEqual([]);
  });

  it("ask BlueZ to send often enough to be heard", async () => {
    const { client, radio } = await stranger(await served());
    const [advertisement] = await advertisements(client, radio);
    const asked = await client.invoke({
      destination: radio,
      path: `${own}/${advertisement ?? ""}`,
      interface: "org.freedesktop.DBus.Properties",
      member: "GetAll",
      signature: "s",
      body: ["org.bluez.LEAdvertisement1"],
    });
    expect(asked).toMatchObject({ MinInterval: 300, MaxInterval: 300 });
  });

  it("answer to nobody but BlueZ", async () => {
    const bench = await served();
    const { client, radio } = await stranger(bench);
    const characteristic = {
      destination: radio,
      path: `${own}/gatt/service/number`,
      interface: "org.bluez.GattCharacteristic1",
    };
    const refused = { dbusName: "org.bluez.Error.NotAuthorized" };
    await expect(
      client.invoke({ ...characteristic, member: "ReadValue", signature: "a{sv}", body: [{}] }),
    ).rejects.toMatchObject(refused);
    await expect(
      client.invoke({
        ...characteristic,
        member: "WriteValue",
        signature: "aya{sv}",
        body: [Buffer.from(number(9)), {}],
      }),
    ).rejects.toMatchObject(refused);
    const [advertisement] = await advertisements(client, radio);
    const path = `${own}/${advertisement ?? ""}`;
    await client.invoke({
      destination: radio,
      path,
      interface: "org.bluez.LEAdvertisement1",
      member: "Release",
    });
    expect(bench.log.withdrawals).toBe(0);
    expect(bench.log.writes).toEqual([]);
    expect(bench.onAir()).toHaveLength(1);
    expect(await advertisements(client, radio)).toEqual([advertisement]);
  });

  it("survive calls that make no sense", async () => {
    const bench = await served();
    const { client, radio } = await stranger(bench);
    const path = `${own}/gatt/service/number`;
    const calls = ["UUID", "constructor", "Flags", "ReadValue", "WriteValue"].map((member) => ({
      interface: "org.bluez.GattCharacteristic1",
      member,
    }));
    calls.push({ interface: "org.freedesktop.DBus.Properties", member: "Get" });
    for (const call of calls) {
      await client.invoke({ destination: radio, path, ...call }, { timeout: 50 }).catch(() => undefined);
    }
    await bench.radio.advertise(number(2), { seconds: 900, isConnectable: true });
    expect(bench.onAir()).toHaveLength(1);
  });
});
