import { TCN_LENGTH } from "@tocsin/protocol/tcn/ratchet.ts";

/** The service and its characteristic that every device has which takes part. */
const SERVICE = 0xc019;
const CHARACTERISTIC = "d61f4f27-3d6b-4b04-9e46-c9d2ea617f62";
/** A device that went out of reach may never answer. */
const TIMEOUT_MS = 30_000;

/** What of Web Bluetooth is used; TypeScript does not know it. */
export interface WebBluetooth {
  requestDevice(options: { filters: { services: number[] }[] }): Promise<{ gatt?: GattServer }>;
}
interface GattServer {
  connect(): Promise<unknown>;
  disconnect(): void;
  getPrimaryService(service: number): Promise<{
    getCharacteristic(characteristic: string): Promise<{ readValue(): Promise<DataView> }>;
  }>;
}

/** The browser's Bluetooth, where it has one. */
export function webBluetooth(): WebBluetooth | undefined {
  return (navigator as { bluetooth?: WebBluetooth }).bluetooth;
}

/**
 * Lets the user choose a device, connects to it, and reads the number that it sends now.
 * @returns 16 bytes; undefined when what the device gave is no contact number
 * @throws DOMException as the browser names it: NotFoundError when nothing was chosen, TimeoutError
 */
export async function readNearbyNumber(bluetooth: WebBluetooth): Promise<Uint8Array | undefined> {
  const { gatt } = await bluetooth.requestDevice({ filters: [{ services: [SERVICE] }] });
  if (!gatt) throw new DOMException("the device takes no connections", "NetworkError");
  const { promise, reject } = Promise.withResolvers<never>();
  const late = (): void => reject(new DOMException("the device did not answer", "TimeoutError"));
  const timer = setTimeout(late, TIMEOUT_MS);
  try {
    const value = await Promise.race([read(gatt), promise]);
    return value.byteLength === TCN_LENGTH
      ? new Uint8Array(value.buffer, value.byteOffset, TCN_LENGTH).slice()
      : undefined;
  } finally {
    clearTimeout(timer);
    gatt.disconnect();
  }
}

async function read(gatt: GattServer): Promise<DataView> {
  await gatt.connect();
  const service = await gatt.getPrimaryService(SERVICE);
  const characteristic = await service.getCharacteristic(CHARACTERISTIC);
  return characteristic.readValue();
}
