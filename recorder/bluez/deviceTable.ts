import type { Clock } from "../ports/clock.ts";
import type { Heard } from "../ports/radio.ts";
import { SERVICE_UUID } from "./names.ts";
import { readBytes, readEntries, readInteger, readStrings, readValue, type Properties } from "./values.ts";

interface Device {
  /** Whether it lists the service. */
  namesService: boolean;
  serviceData?: Uint8Array | undefined;
  /** Undefined while BlueZ does not listen. */
  rssi?: number | undefined;
  txPower?: number | undefined;
  /** The last one, and when that was, monotonic ms. */
  lastRssi?: { rssi: number; at: number };
}

/** How many devices are remembered: the one that nothing came of for longest is forgotten first. */
export const MAX_DEVICES = 4_096;
/** Milliseconds for which a distance to a peer holds that is connected and not heard meanwhile. */
const RSSI_LASTS = 30_000;

/**
 * Devices with the service, as BlueZ tells of them. BlueZ tells what changed: of two advertisements in a row either the
 * data or the strength may stay the same, and then the last known one holds.
 */
export class DeviceTable {
  readonly #clock: Clock;
  readonly #devices = new Map<string, Device>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * A device that BlueZ shows. @returns what was heard, or undefined: a strength says that it is there now, all else may
   * be of long ago.
   */
  add(path: string, properties: Properties): Heard | undefined {
    return this.#update(path, properties, readInteger(properties, "RSSI") !== undefined);
  }

  /** @returns what was heard, or undefined when nothing was */
  change(path: string, changed: Properties, invalidated: readonly string[]): Heard | undefined {
    const device = this.#devices.get(path);
    if (device && invalidated.includes("RSSI")) device.rssi = undefined;
    if (device && invalidated.includes("TxPower")) device.txPower = undefined;
    if (device && invalidated.includes("ServiceData")) device.serviceData = undefined;
    const isHeard = readInteger(changed, "RSSI") !== undefined || dataOf(changed) !== undefined;
    return this.#update(path, changed, isHeard);
  }

  /** How strong a peer was heard a short while ago. */
  rssiOf(path: string): number | undefined {
    const last = this.#devices.get(path)?.lastRssi;
    return last && this.#clock.monotonic() - last.at <= RSSI_LASTS ? last.rssi : undefined;
  }

  forget(path: string): void {
    this.#devices.delete(path);
  }

  clear(): void {
    this.#devices.clear();
  }

  #update(path: string, properties: Properties, isHeard: boolean): Heard | undefined {
    const device = this.#devices.get(path) ?? { namesService: false };
    take(device, properties);
    if (!device.namesService && !device.serviceData) {
      this.#devices.delete(path);
      return undefined;
    }
    if (device.rssi !== undefined && isHeard)
      device.lastRssi = { rssi: device.rssi, at: this.#clock.monotonic() };
    this.#devices.delete(path);
    this.#devices.set(path, device);
    for (const oldest of this.#devices.keys()) {
      if (this.#devices.size <= MAX_DEVICES) break;
      this.#devices.delete(oldest);
    }
    return isHeard ? heardOf(path, device) : undefined;
  }
}

function take(device: Device, properties: Properties): void {
  const services = readStrings(properties, "UUIDs");
  if (services) device.namesService = services.some(isService);
  const data = readEntries(readValue(properties, "ServiceData"));
  const ofService = data.some(([uuid]) => isService(uuid));
  if (data.length > 0)
    device.serviceData = ofService ? (dataOf(properties) ?? device.serviceData) : undefined;
  device.rssi = readInteger(properties, "RSSI") ?? device.rssi;
  device.txPower = readInteger(properties, "TxPower") ?? device.txPower;
}

function dataOf(properties: Properties): Uint8Array | undefined {
  const entries = readEntries(readValue(properties, "ServiceData"));
  return readBytes(entries.find(([uuid]) => isService(uuid))?.[1]);
}

const isService = (uuid: string): boolean => uuid.toLowerCase() === SERVICE_UUID;

function heardOf(peer: string, { serviceData, rssi, txPower }: Device): Heard {
  return {
    peer,
    ...(serviceData === undefined ? {} : { serviceData: Uint8Array.from(serviceData) }),
    ...(rssi === undefined ? {} : { rssi }),
    ...(txPower === undefined ? {} : { txPower }),
  };
}
