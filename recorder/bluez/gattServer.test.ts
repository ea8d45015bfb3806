import { describe, expect, it } from "vitest";
import { openBluezBench, until, type BluezBench } from "../../test/support/radio/bluezBench.ts";
import type { Link } from "../../test/support/radio/link.ts";
import { answerRead, answerWrite } from "./gattServer.ts";
import { SERVICE_UUID } from "./names.ts";

const number = (byte: number): Uint8Array => new Uint8Array(16).fill(byte);
const connectable = { seconds: 900, isConnectable: true };

async function connectTo(bench: BluezBench): Promise<Link> {
  await bench.radio.serve();
  await bench.radio.advertise(number(1), connectable);
  const guest = bench.air.join("guest", { x: 1, y: 0 });
  return guest.connect(bench.onAir()[0]?.address ?? "", bench.air.address("resolvable"));
}

describe("peers that connect", () => {
  it("read the number that is on air", async () => {
    const bench = await openBluezBench({ privacy: true });
    const link = await connectTo(bench);
    bench.log.number = number(3);
    expect(await link.read()).toEqual(number(3));
    bench.log.number = undefined;
    await expect(link.read()).rejects.toThrow("not permitted");
  });

  it("write theirs, and are told when it is refused", async () => {
    const bench = await openBluezBench({ privacy: true });
    const link = await connectTo(bench);
    await link.write(number(9));
    expect(bench.log.writes).toEqual([
      { value: number(9), peer: expect.stringContaining("/org/bluez/hci0/dev_"), rssi: undefined },
    ]);
    bench.log.takesWrites = false;
    await expect(link.write(number(9))).rejects.toThrow("not permitted");
    for (const length of [0, 15, 17, 400]) await expect(link.write(new Uint8Array(length))).rejects.toThrow();
    expect(bench.log.writes).toHaveLength(2);
  });

  it("have the strength with which they were heard", async () => {
    const bench = await openBluezBench({ privacy: true });
    await bench.radio.serve();
    await bench.radio.advertise(number(1), connectable);
    const guest = bench.air.join("guest", { x: 10, y: 0 });
    const address = bench.air.address("resolvable");
    guest.advertise(
      { isConnectable: true, serviceUuids: [SERVICE_UUID], serviceData: {}, others: {} },
      address,
    );
    await bench.radio.listen();
    await until(() => expect(bench.log.sightings.length).toBeGreaterThan(0));
    const peer = bench.log.sightings[0]?.peer;
    const link = await guest.connect(bench.onAir()[0]?.address ?? "", address);
    await link.write(number(9));
    expect(bench.log.writes).toEqual([{ value: number(9), peer, rssi: -87 }]);
  });

  it("find the service again after BlueZ was restarted, and not after the radio closed", async () => {
    const bench = await openBluezBench({ privacy: true });
    await bench.radio.serve();
    await bench.bluez.end();
    await until(() => expect(bench.radio.facts()).toBeUndefined());
    await bench.bluez.begin();
    await until(() => expect(bench.adapter.station.gatt).toBeDefined());
    const link = await connectTo(bench);
    expect(await link.read()).toEqual(number(1));
    await bench.radio.close();
    expect(bench.adapter.station.gatt).toBeUndefined();
  });
});

describe("the answers to peers", () => {
  const events = { read: (): Uint8Array | undefined => number(1), written: () => true };
  const refusal = (name: string) => expect.objectContaining({ dbusName: `org.bluez.Error.${name}` }) as Error;

  it("give the rest of the number from an offset on", () => {
    expect(answerRead(events, {})).toHaveLength(16);
    expect(answerRead(events, { offset: 10 })).toHaveLength(6);
    expect(answerRead(events, { offset: 16 })).toHaveLength(0);
    expect(answerRead(events, { offset: "much" })).toHaveLength(16);
    expect(() => answerRead(events, { offset: 17 })).toThrow(refusal("InvalidOffset"));
    expect(() => answerRead({ ...events, read: () => undefined }, {})).toThrow(refusal("NotPermitted"));
  });

  it("depend on which peer asks, which is none where BlueZ does not say", () => {
    const read = (device: string): Uint8Array | undefined => (device === "/d" ? number(1) : undefined);
    expect(answerRead({ ...events, read }, { device: "/d" })).toHaveLength(16);
    for (const options of [{}, { device: "/e" }, { device: 7 }])
      expect(() => answerRead({ ...events, read }, options)).toThrow(refusal("NotPermitted"));
  });

  it("take 16 bytes at once, and nothing else", () => {
    answerWrite(events, Buffer.from(number(1)), { device: "/d" });
    for (const value of [Buffer.alloc(15), Buffer.alloc(17), Buffer.alloc(0), "text", undefined, [1]]) {
      expect(() => answerWrite(events, value, {})).toThrow(refusal("InvalidValueLength"));
    }
    expect(() => answerWrite(events, Buffer.alloc(16), { offset: 1 })).toThrow(refusal("InvalidOffset"));
    expect(() => answerWrite({ ...events, written: () => false }, Buffer.alloc(16), {})).toThrow(
      refusal("NotPermitted"),
    );
  });
});
