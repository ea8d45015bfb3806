import { describe, expect, it } from "vitest";
import { openBluezBench, until, type BluezBench } from "../../test/support/radio/bluezBench.ts";
import { VirtualClock } from "../../test/support/radio/virtualClock.ts";

const number = (byte: number): Uint8Array => new Uint8Array(16).fill(byte);
const forLong = { seconds: 900, isConnectable: false };
const refused = { code: "ADAPTER_ADDRESS_EXPOSED" };

const isExposed = ({ radio }: BluezBench): boolean => radio.facts()?.addresses.broadcast === "identity";

/** It is discoverable for a while, and the radio knows. */
async function wasDiscoverable(bench: BluezBench, end: () => void): Promise<void> {
  bench.adapter.setDiscoverable(true);
  await until(() => expect(bench.log.changes.at(-1)).toMatchObject({ isDiscoverable: true }));
  end();
  await until(() => expect(bench.log.changes.at(-1)).toMatchObject({ isDiscoverable: false }));
}

describe("an adapter whose DiscoverableTimeout is over", () => {
  it.each([true, false])("still shows its own address (BlueZ says so: %s)", async (tellsConnectable) => {
    const bench = await openBluezBench({ tellsConnectable });
    await wasDiscoverable(bench, () => bench.adapter.endDiscoverable());
    expect(bench.log.changes.filter((facts) => facts?.addresses.broadcast === "each")).toHaveLength(1);
    await expect(bench.radio.advertise(number(1), forLong)).rejects.toMatchObject(refused);
    expect(isExposed(bench)).toBe(true);
    expect(bench.onAir()).toEqual([]);
  });

  it("does so already when the radio opens", async () => {
    const bench = await openBluezBench({ isConnectable: true });
    expect(bench.radio.facts()).toMatchObject({ isDiscoverable: false });
    expect(isExposed(bench)).toBe(true);
  });

  it("hides it when BlueZ was restarted, which is what it takes where BlueZ does not say", async () => {
    const bench = await openBluezBench({ tellsConnectable: false });
    await wasDiscoverable(bench, () => bench.adapter.setDiscoverable(false));
    expect(isExposed(bench)).toBe(true);
    await bench.bluez.end();
    await until(() => expect(bench.radio.facts()).toBeUndefined());
    await bench.bluez.begin();
    await until(() => expect(bench.radio.facts()?.addresses.broadcast).toBe("each"));
    await bench.radio.advertise(number(1), forLong);
    expect(bench.onAir()).toMatchObject([{ kind: "nonresolvable" }]);
  });
});

describe("an adapter that somebody makes connectable", () => {
  it("is noticed soon, in both directions, although BlueZ tells nobody", async () => {
    const clock = new VirtualClock();
    const bench = await openBluezBench({ clock, interval: 3_600_000 });
    for (const isConnectable of [true, false, true]) {
      bench.adapter.setConnectable(isConnectable);
      await clock.advance(10_000);
      await until(() => expect(isExposed(bench)).toBe(isConnectable));
      expect(bench.log.changes.at(-1)).toEqual(bench.radio.facts());
    }
  });
});
