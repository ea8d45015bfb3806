import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readNearbyNumber, type WebBluetooth } from "./nearbyNumber.ts";

const TCN = Uint8Array.from({ length: 16 }, (_, i) => i);
let disconnects: number;

beforeEach(() => {
  disconnects = 0;
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A browser whose user chooses the one device, which gives this value. */
function bluetoothOf(readValue: () => Promise<DataView>): WebBluetooth {
  return {
    requestDevice: ({ filters }) => {
      expect(filters).toEqual([{ services: [0xc019] }]);
      return Promise.resolve({
        gatt: {
          connect: () => Promise.resolve(),
          disconnect: () => {
            disconnects++;
          },
          getPrimaryService: () =>
            Promise.resolve({
              getCharacteristic: (id: string) => {
                expect(id).toBe("d61f4f27-3d6b-4b04-9e46-c9d2ea617f62");
                return Promise.resolve({ readValue });
              },
            }),
        },
      });
    },
  };
}

const gives = (bytes: Uint8Array): (() => Promise<DataView>) => {
  const larger = new Uint8Array([9, ...bytes, 9]);
  return () => Promise.resolve(new DataView(larger.buffer, 1, bytes.length));
};

test("reads 16 bytes and disconnects", async () => {
  expect(await readNearbyNumber(bluetoothOf(gives(TCN)))).toEqual(TCN);
  expect(disconnects).toBe(1);
});

test.each([0, 15, 17, 20])("%i bytes are no number, and it disconnects", async (length) => {
  expect(await readNearbyNumber(bluetoothOf(gives(new Uint8Array(length))))).toBeUndefined();
  expect(disconnects).toBe(1);
});

test("disconnects also when reading fails, and after 30 seconds without an answer", async () => {
  const lost = new DOMException("gone", "NetworkError");
  await expect(readNearbyNumber(bluetoothOf(() => Promise.reject(lost)))).rejects.toBe(lost);
  expect(disconnects).toBe(1);
  const silent = expect(
    readNearbyNumber(bluetoothOf(() => new Promise<DataView>(() => undefined))),
  ).rejects.toMatchObject({ name: "TimeoutError" });
  await vi.advanceTimersByTimeAsync(30_000);
  await silent;
  expect(disconnects).toBe(2);
});
