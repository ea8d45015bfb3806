import { describe, expect, test } from "vitest";
import type { AddressKind } from "./addresses.ts";
import type { Advertised } from "./journal.ts";
import { SimulatedAdapter, type AdapterOptions } from "./simulatedAdapter.ts";
import { SimulatedAir } from "./simulatedAir.ts";
import { tocsinService } from "./tocsinService.ts";
import { VirtualClock } from "./virtualClock.ts";

const advertised = (fill: number, isConnectable = false): Advertised => ({
  isConnectable,
  serviceUuids: [tocsinService],
  serviceData: { [tocsinService]: new Uint8Array(16).fill(fill) },
  others: {},
});

function setUp(options: AdapterOptions) {
  const clock = new VirtualClock();
  const air = new SimulatedAir({ clock, loss: 0 });
  const adapter = new SimulatedAdapter("hci0", air.join("a", { x: 0, y: 0 }), options);
  /** Who sent what: [address, kind of it, first byte of the data], in order. */
  const onAir = (): [string, AddressKind, number][] =>
    air.journal
      .entries("advertisement")
      .map(({ address, addressKind, serviceData }) => [
        address,
        addressKind,
        Number.parseInt(serviceData![tocsinService]!.slice(0, 2), 16),
      ]);
  /** Advertises the numbers one after the other, a minute each. */
  const inTurn = async (count: number, isConnectable = false): Promise<void> => {
    for (let i = 1; i <= count; i++) {
      const end = adapter.advertise(advertised(i, isConnectable));
      await clock.advance(60_000);
      end();
    }
  };
  return { clock, air, adapter, onAir, inTurn };
}

const addresses = (entries: [string, AddressKind, number][]) => new Set(entries.map(([address]) => address));

describe("without privacy", () => {
  test.each([true, false])(
    "what nobody can connect to has an address each (extended: %s)",
    async (extended) => {
      const { onAir, inTurn } = setUp({ extended });
      await inTurn(3);
      expect(addresses(onAir()).size).toBe(3);
      expect(onAir().map(([, kind]) => kind)).toEqual(["nonresolvable", "nonresolvable", "nonresolvable"]);
    },
  );

  test("what peers can connect to comes from the adapter's own address", async () => {
    const { adapter, onAir, inTurn } = setUp({});
    await inTurn(2, true);
    expect(addresses(onAir())).toEqual(new Set([adapter.identity.text]));
  });

  test("so does everything while the adapter can be found, also what was on air before", async () => {
    const { clock, adapter, onAir } = setUp({});
    adapter.advertise(advertised(1));
    await clock.advance(5000);
    adapter.setDiscoverable(true);
    await clock.advance(5000);
    expect(onAir().map(([, kind, number]) => [kind, number])).toEqual([
      ["nonresolvable", 1],
      ["public", 1],
    ]);
  });

  test("a connection shows the adapter's own address", async () => {
    const { clock, air, adapter } = setUp({});
    const connecting = adapter.connect("00:00:00:00:00:00").catch(() => undefined);
    await clock.advance(4000);
    await connecting;
    expect(air.journal.entries("connect")[0]!.address).toBe(adapter.identity.text);
  });
});

test("an adapter that was found is connectable until somebody ends that: the end of the timeout does not", async () => {
  const { adapter, onAir, inTurn } = setUp({});
  adapter.setDiscoverable(true);
  adapter.endDiscoverable();
  expect([adapter.isDiscoverable, adapter.isConnectable]).toEqual([false, true]);
  await inTurn(1);
  adapter.setDiscoverable(false);
  await inTurn(1);
  expect(onAir().map(([, kind]) => kind)).toEqual(["public", "nonresolvable"]);
});

test("an extended controller scans from an address that is renewed only while nothing is advertised", async () => {
  const { clock, air, adapter, onAir } = setUp({});
  air.join("other", { x: 1, y: 0 }).advertise(advertised(9, true), air.address("static"));
  const scan = async (): Promise<void> => {
    adapter.scan(() => undefined);
    await clock.advance(2_000);
    adapter.stopScanning();
  };
  await scan();
  const end = adapter.advertise(advertised(1));
  await scan();
  await scan();
  const asked = (): number[] => air.journal.entries("scan request").map(({ count }) => count);
  expect(asked()).toEqual([6]);
  end();
  await scan();
  adapter.advertise(advertised(2));
  await scan();
  expect(asked()).toEqual([6, 4]);
  const scanned = air.journal.entries("scan request").map(({ address }) => address);
  expect(onAir().filter(([address]) => scanned.includes(address))).toEqual([]);
});

describe("a legacy controller that scans", () => {
  test("keeps its random address: two numbers share it, and the scans too", async () => {
    const { air, adapter, onAir, inTurn } = setUp({ extended: false });
    adapter.scan(() => undefined);
    const other = air.join("other", { x: 1, y: 0 });
    other.advertise(advertised(9, true), air.address("static"));
    await inTurn(2);
    const own = onAir().filter(([, , number]) => number < 9);
    expect(addresses(own).size).toBe(1);
    expect(air.journal.entries("scan request").map(({ address }) => address)).toEqual([own[0]![0]]);
  });

  test("takes a new one when it pauses meanwhile", async () => {
    const { clock, adapter, onAir } = setUp({ extended: false });
    for (let i = 1; i <= 3; i++) {
      const end = adapter.advertise(advertised(i));
      adapter.scan(() => undefined);
      await clock.advance(10_000);
      end();
      adapter.stopScanning();
    }
    expect(addresses(onAir()).size).toBe(3);
  });
});

describe("with privacy", () => {
  test("extended: every advertisement has a resolvable address of its own, also while scanning", async () => {
    const { adapter, onAir, inTurn } = setUp({ privacy: true });
    adapter.scan(() => undefined);
    adapter.setDiscoverable(true);
    await inTurn(3, true);
    expect(addresses(onAir()).size).toBe(3);
    expect(new Set(onAir().map(([, kind]) => kind))).toEqual(new Set(["resolvable"]));
  });

  test.each<[string, AdapterOptions]>([
    ["legacy", { extended: false }],
    ["LL Privacy", { linkLayerPrivacy: true }],
  ])(
    "%s: all share one, which changes after fifteen minutes and not with the number",
    async (_what, options) => {
      const { onAir, inTurn } = setUp({ privacy: true, ...options });
      await inTurn(20);
      const all = onAir();
      expect(addresses(all).size).toBe(2);
      expect(
        new Set(all.filter(([address]) => address === all[0]![0]).map(([, , number]) => number)).size,
      ).toBe(15);
    },
  );
});

test("pulled out or powered off, it is silent and deaf, and does not go on by itself", async () => {
  for (const silence of ["setPowered", "setPresent"] as const) {
    const { clock, air, adapter, onAir } = setUp({});
    let heard = 0;
    air.join("other", { x: 1, y: 0 }).advertise(advertised(9), air.address("static"));
    adapter.advertise(advertised(1));
    adapter.scan(() => heard++);
    await clock.advance(1000);
    adapter[silence](false);
    const before = [heard, air.journal.entries().find(({ station }) => station === "a")!.count];
    adapter[silence](true);
    await clock.advance(60_000);
    expect([heard, air.journal.entries().find(({ station }) => station === "a")!.count]).toEqual(before);
    expect(onAir()).toHaveLength(2);
  }
});
