import { createClient } from "dbus-native";
import { describe, expect, it, onTestFinished } from "vitest";
import { openBluezBench, RadioLog, until, type BluezBench } from "../../test/support/radio/bluezBench.ts";
import { BluezClient } from "../../test/support/radio/bluezClient.ts";
import { VirtualClock } from "../../test/support/radio/virtualClock.ts";
import { BluezRadio } from "./bluezRadio.ts";
import { Guests } from "./guests.ts";

const number = (byte: number): Uint8Array => new Uint8Array(16).fill(byte);

async function served(): Promise<{ bench: BluezBench; clock: VirtualClock }> {
  const clock = new VirtualClock();
  const bench = await openBluezBench({ privacy: true, clock, interval: 100_000 });
  await bench.radio.serve();
  await bench.radio.advertise(number(1), { seconds: 900, isConnectable: true });
  return { bench, clock };
}

/** Somebody connects, and its path in BlueZ. */
async function visit(
  { bench, clock }: Awaited<ReturnType<typeof served>>,
  address = bench.air.address("resolvable"),
) {
  const connecting = bench.air
    .join("guest", { x: 1, y: 0 })
    .connect(bench.onAir()[0]?.address ?? "", address);
  await clock.advance(300);
  return { link: await connecting, path: `/org/bluez/hci0/dev_${address.text.replaceAll(":", "_")}` };
}

/** Lets so much time pass, and BlueZ say and do what it has to. */
async function pass(
  { bench, clock }: Awaited<ReturnType<typeof served>>,
  milliseconds: number,
): Promise<void> {
  await settle(bench.radio);
  await clock.advance(milliseconds);
  await settle(bench.radio);
}

/** Asks BlueZ often enough that it answered whatever it was asked before, and what came of that. */
async function settle(radio: BluezRadio): Promise<void> {
  await radio.listen();
  await radio.stopListening();
}

describe("a peer that connects and stays", () => {
  it("is disconnected after ten seconds", async () => {
    const here = await served();
    const { link, path } = await visit(here);
    await pass(here, 9_500);
    expect(link.isOpen).toBe(true);
    await here.clock.advance(1_000);
    await until(() => expect(link.isOpen).toBe(false));
    await until(async () => expect(await known(here)).not.toContain(path));
  });

  it("may stay that comes again in time", async () => {
    const here = await served();
    const address = here.bench.air.address("resolvable");
    const first = await visit(here, address);
    await pass(here, 6_000);
    first.link.close();
    await here.bench.radio.advertise(number(1), { seconds: 900, isConnectable: true });
    const second = await visit(here, address);
    await pass(here, 6_000);
    expect(second.link.isOpen).toBe(true);
  });

  it("stays where its owner trusts it", async () => {
    const here = await served();
    const { link, path } = await visit(here);
    await set(here.bench, path, "Trusted");
    for (let i = 0; i < 3; i++) await pass(here, 10_000);
    expect(link.isOpen).toBe(true);
  });

  it("stays with another program, unless the recorder serves too", async () => {
    const here = await served();
    const { bus, config } = here.bench;
    const clock = new VirtualClock();
    const radio = new BluezRadio({
      busAddress: bus.address,
      privacyConfig: config,
      kernelRelease: "6.12.0",
      clock,
    });
    onTestFinished(() => radio.close());
    await radio.open(new RadioLog());
    const { link } = await visit(here);
    await until(async () => {
      await clock.advance(1_000);
      await settle(radio);
      expect(clock.monotonic()).toBeGreaterThan(30_000);
    });
    expect(link.isOpen).toBe(true);
    await radio.serve();
    await clock.advance(10_000);
    await until(() => expect(link.isOpen).toBe(false));
  });
});

describe("a peer that connects and goes", () => {
  it("is nowhere in BlueZ any more", async () => {
    const here = await served();
    const { link, path } = await visit(here);
    await until(async () => expect(await known(here)).toContain(path));
    link.close();
    await until(async () => expect(await known(here)).not.toContain(path));
  });

  it.each(["Trusted", "Blocked"])("stays known where its owner made it %s", async (property) => {
    const here = await served();
    const { link, path } = await visit(here);
    await until(async () => expect(await known(here)).toContain(path));
    await set(here.bench, path, property);
    link.close();
    await pass(here, 60_000);
    expect(await known(here)).toContain(path);
  });
});

describe("a peer that reads", () => {
  it("is told apart by when it came", async () => {
    const here = await served();
    const { link } = await visit(here);
    const [before, after] = [here.clock.monotonic() - 300, here.clock.monotonic()];
    await pass(here, 5_000);
    const reading = link.read();
    await here.clock.advance(100);
    expect(await reading).toEqual(number(1));
    const [cameAt] = here.bench.log.readers;
    expect(cameAt).toBeGreaterThan(before);
    expect(cameAt).toBeLessThanOrEqual(after);
  });
});

describe("a device that this machine connected to", () => {
  it("did not come, for as long as it stays connected", () => {
    const clock = new VirtualClock();
    const guests = new Guests(clock, () => Promise.resolve());
    guests.change("/d", { Connected: true }, true);
    for (const properties of [{ RSSI: -60 }, { Connected: true }]) guests.change("/d", properties, false);
    expect(guests.cameAt("/d")).toBeUndefined();
    guests.change("/d", { Connected: false }, false);
    guests.change("/d", { Connected: true }, false);
    expect(guests.cameAt("/d")).toBe(clock.monotonic());
    guests.clear();
  });
});

/** The paths of all that BlueZ knows. */
async function known(here: Awaited<ReturnType<typeof served>>): Promise<string[]> {
  const client = await BluezClient.connect(here.bench.bus.address);
  try {
    return Object.keys(await client.objects());
  } finally {
    await client.close();
  }
}

/** Sets a property of a device, as its owner does. */
async function set({ bus }: BluezBench, path: string, property: string): Promise<void> {
  const client = createClient({ busAddress: bus.address });
  onTestFinished(() => client.close());
  await client.invoke({
    destination: "org.bluez",
    path,
    interface: "org.freedesktop.DBus.Properties",
    member: "Set",
    signature: "ssv",
    body: ["org.bluez.Device1", property, ["b", true]],
  });
}
