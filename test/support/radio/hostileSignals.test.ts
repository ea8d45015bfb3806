import { createClient } from "dbus-native";
import { expect, test } from "vitest";
import { openBluezBench, until } from "./bluezBench.ts";
import type { AnySignal } from "./fakeBluez.ts";
import { hostileSignals } from "./hostileSignals.ts";
import { advertiseBytes } from "./peers.ts";

const hci0 = "/org/bluez/hci0";
const own = new Uint8Array(16).fill(4);
const marker = new Uint8Array(16).fill(5);

/** The radio works on: it hears a peer that comes now, and can advertise. */
async function expectToWork(bench: Awaited<ReturnType<typeof openBluezBench>>): Promise<void> {
  advertiseBytes(bench.air.join("peer", { x: 1, y: 0 }), marker);
  await until(() => {
    const numbers = bench.log.sightings.map(({ serviceData }) => serviceData?.join());
    expect(numbers).toContain(marker.join());
  });
  await bench.radio.advertise(own, { seconds: 60, isConnectable: false });
  expect(bench.onAir().map(({ serviceData }) => serviceData)).toEqual(["04".repeat(16)]);
}

/** What a daemon says of its adapter. */
const adapterChanged = (values: unknown[]): AnySignal => ({
  path: hci0,
  interface: "org.freedesktop.DBus.Properties",
  member: "PropertiesChanged",
  signature: "sa{sv}as",
  body: ["org.bluez.Adapter1", values, []],
});

test("whatever a daemon says, the radio reports well-formed events, and goes on when it talks sense again", async () => {
  const bench = await openBluezBench();
  await bench.radio.listen();
  for (const signal of hostileSignals(hci0)) bench.bluez.send(signal);
  const sense = [
    ["Powered", ["b", true]],
    ["Discoverable", ["b", false]],
  ];
  bench.bluez.send(adapterChanged(sense));
  await expectToWork(bench);
  for (const { peer, serviceData, rssi, txPower } of bench.log.sightings) {
    expect(typeof peer).toBe("string");
    if (serviceData !== undefined) expect(serviceData).toBeInstanceOf(Uint8Array);
    for (const strength of [rssi, txPower]) {
      if (strength !== undefined) expect(Number.isInteger(strength)).toBe(true);
    }
  }
  expect(bench.radio.facts()).toMatchObject({ isPowered: true, isDiscoverable: false });
});

test("somebody else on the bus who says the same is not listened to", async () => {
  const bench = await openBluezBench();
  await bench.radio.listen();
  const before = bench.log.changes.length;
  const stranger = createClient({ busAddress: bench.bus.address });
  const forged = [...hostileSignals(hci0), adapterChanged([["Powered", ["b", false]]])];
  for (const { path, interface: from, member, signature, body } of forged) {
    stranger.sendSignal(path, from, member, signature, body);
  }
  await stranger.listNames();
  await expectToWork(bench);
  expect(bench.log.changes).toHaveLength(before);
  expect(new Set(bench.log.sightings.map(({ serviceData }) => serviceData?.join()))).toEqual(
    new Set([marker.join()]),
  );
  await stranger.close();
});
