import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../test/support/radio/virtualClock.ts";
import { DeviceTable, MAX_DEVICES } from "./deviceTable.ts";
import { SERVICE_UUID } from "./names.ts";

const device = "/org/bluez/hci0/dev_00_11_22_33_44_55";
const number = (byte: number): Uint8Array => new Uint8Array(16).fill(byte);
const data = (byte: number) => ({ [SERVICE_UUID]: Buffer.from(number(byte)) });
const found = (byte: number, more: object = {}) => ({
  UUIDs: [SERVICE_UUID],
  ServiceData: data(byte),
  RSSI: -60,
  ...more,
});

function table() {
  const clock = new VirtualClock();
  return { clock, devices: new DeviceTable(clock) };
}

describe("the table of devices", () => {
  it("reports what is new with all that it says", () => {
    expect(table().devices.add(device, found(1, { TxPower: 12 }))).toEqual({
      peer: device,
      serviceData: number(1),
      rssi: -60,
      txPower: 12,
    });
  });

  it("reports a peer that only names the service", () => {
    expect(table().devices.add(device, { UUIDs: [SERVICE_UUID.toUpperCase()], RSSI: -70 })).toEqual({
      peer: device,
      rssi: -70,
    });
  });

  it("takes the last known data when only the strength changes, and the last known strength when only the data does", () => {
    const { devices } = table();
    devices.add(device, found(1));
    expect(devices.change(device, { RSSI: -50 }, [])).toEqual({
      peer: device,
      serviceData: number(1),
      rssi: -50,
    });
    expect(devices.change(device, { ServiceData: data(1) }, [])).toMatchObject({ rssi: -50 });
    expect(devices.change(device, { ServiceData: data(2) }, [])).toMatchObject({
      serviceData: number(2),
      rssi: -50,
    });
  });

  it("does not take a remembered device for one that was heard", () => {
    const { devices } = table();
    expect(devices.add(device, { UUIDs: [SERVICE_UUID], ServiceData: data(1) })).toBeUndefined();
    expect(devices.change(device, { RSSI: -40 }, [])).toMatchObject({ serviceData: number(1), rssi: -40 });
  });

  it("hears nothing in the end of a scan, nor in what else changes", () => {
    const { devices } = table();
    devices.add(device, found(1));
    expect(devices.change(device, {}, ["RSSI", "TxPower"])).toBeUndefined();
    expect(devices.change(device, { Connected: true }, [])).toBeUndefined();
    expect(devices.change(device, { TxPower: 4 }, [])).toBeUndefined();
    expect(devices.change(device, { ServiceData: data(1) }, [])).toEqual({
      peer: device,
      serviceData: number(1),
      txPower: 4,
    });
  });

  it("leaves out devices without the service, until they have it", () => {
    const { devices } = table();
    expect(
      devices.add(device, { UUIDs: ["0000180f-0000-1000-8000-00805f9b34fb"], RSSI: -60 }),
    ).toBeUndefined();
    expect(devices.change(device, { RSSI: -50 }, [])).toBeUndefined();
    expect(devices.change(device, found(3), [])).toMatchObject({ serviceData: number(3) });
    expect(
      devices.change(device, { UUIDs: [], ServiceData: { other: Buffer.alloc(3) }, RSSI: -40 }, []),
    ).toBeUndefined();
    expect(devices.change(device, { RSSI: -41 }, [])).toBeUndefined();
  });

  it("ignores values of the wrong type and keeps what it knew", () => {
    const { devices } = table();
    devices.add(device, found(1));
    const hostile = { ServiceData: { [SERVICE_UUID]: "text" }, UUIDs: 7, TxPower: {}, RSSI: -55 };
    expect(devices.change(device, hostile, [])).toEqual({ peer: device, serviceData: number(1), rssi: -55 });
    expect(devices.change(device, { RSSI: "near", ServiceData: 4 }, [])).toBeUndefined();
  });

  it("takes anything, and reports only what has the right types", () => {
    const properties = fc.record(
      {
        UUIDs: fc.oneof(fc.constant([SERVICE_UUID]), fc.anything()),
        ServiceData: fc.oneof(
          fc.constant(data(1)),
          fc.dictionary(fc.constant(SERVICE_UUID), fc.anything()),
          fc.anything(),
        ),
        RSSI: fc.oneof(fc.integer({ min: -120, max: 20 }), fc.anything()),
        TxPower: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), properties)), (changes) => {
        const { devices } = table();
        for (const [isNew, values] of changes) {
          const heard = isNew ? devices.add(device, values) : devices.change(device, values, ["RSSI"]);
          if (!heard) continue;
          expect(heard.peer).toBe(device);
          expect(heard.serviceData?.constructor ?? Uint8Array).toBe(Uint8Array);
          expect(Number.isInteger(heard.rssi ?? 0)).toBe(true);
          expect(Number.isInteger(heard.txPower ?? 0)).toBe(true);
        }
      }),
    );
  });

  it("hands out bytes that nobody else holds", () => {
    const { devices } = table();
    devices.add(device, found(1))?.serviceData?.fill(9);
    expect(devices.change(device, { RSSI: -50 }, [])?.serviceData).toEqual(number(1));
  });

  it("remembers a bounded number of devices, and forgets the quietest first", () => {
    const { devices } = table();
    for (let i = 0; i < MAX_DEVICES; i++) devices.add(`${device}${i}`, found(1));
    devices.change(`${device}0`, { RSSI: -42 }, []);
    devices.add(`${device}new`, found(2));
    expect(devices.change(`${device}0`, { RSSI: -43 }, [])).toBeDefined();
    expect(devices.change(`${device}1`, { RSSI: -43 }, [])).toBeUndefined();
    // With its data it is new again.
    expect(devices.change(`${device}1`, { ServiceData: data(1) }, [])).toBeDefined();
  });

  it("knows for half a minute how strong a peer was", async () => {
    const { clock, devices } = table();
    devices.add(device, found(1));
    devices.change(device, {}, ["RSSI"]);
    await clock.advance(30_000);
    expect(devices.rssiOf(device)).toBe(-60);
    await clock.advance(1);
    expect(devices.rssiOf(device)).toBeUndefined();
    expect(devices.rssiOf("/elsewhere")).toBeUndefined();
  });

  it("forgets what BlueZ forgets", () => {
    const { devices } = table();
    devices.add(device, found(1));
    devices.forget(device);
    expect(devices.change(device, { RSSI: -50 }, [])).toBeUndefined();
  });
});
