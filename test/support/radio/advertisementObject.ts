import { BluezFailure } from "./fakeInterface.ts";
import type { Advertised } from "./journal.ts";
import type { SimulatedAdapter } from "./simulatedAdapter.ts";

/** The longest advertisement, in bytes. */
const longest = 31;

/** UUIDs of this form take 2 bytes on air, all others 16. */
const short = /^0000([0-9a-f]{4})-0000-1000-8000-00805f9b34fb$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Reads the properties of a client's LEAdvertisement1 as bluetoothd does.
 * @throws BluezFailure where one has another type, contradicts another, or all together are too long
 */
export function readAdvertisement(
  properties: Record<string, unknown>,
  adapter: SimulatedAdapter,
): { advertised: Advertised; seconds: number } {
  const { Type, Includes = [], Timeout = 0, Discoverable = false, LocalName, Appearance } = properties;
  if (Type !== "broadcast" && Type !== "peripheral") throw unparsable();
  if (!isStrings(Includes)) throw unparsable();
  if (typeof Timeout !== "number") throw unparsable();
  if (typeof Discoverable !== "boolean") throw unparsable();
  if (typeof LocalName !== "string" && LocalName !== undefined) throw unparsable();
  if (typeof Appearance !== "number" && Appearance !== undefined) throw unparsable();
  if (Discoverable && Type === "broadcast") throw unparsable();
  checkIntervals(properties);
  const isConnectable = Type === "peripheral";
  const serviceUuids = readUuids(properties.ServiceUUIDs ?? []);
  const solicited = readUuids(properties.SolicitUUIDs ?? []);
  const serviceData = readServiceData(properties.ServiceData ?? {});
  const others: Record<string, string> = {};
  // What the kernel adds by itself for a device that may be found.
  if (Discoverable || (isConnectable && adapter.isDiscoverable)) others.flags = "06";
  if (LocalName !== undefined || Includes.includes("local-name")) {
    others["local name"] = LocalName ?? adapter.station.name;
  }
  if (Appearance !== undefined) others.appearance = String(Appearance);
  if (solicited.length > 0) others["solicited services"] = solicited.join();
  if (properties.ManufacturerData !== undefined) {
    others["manufacturer data"] = JSON.stringify(properties.ManufacturerData);
  }
  if (properties.Data !== undefined) others.data = JSON.stringify(properties.Data);
  const hasTxPower = Includes.includes("tx-power") && adapter.hasTxPower;
  const length =
    listLength(serviceUuids) +
    listLength(solicited) +
    Object.entries(serviceData).reduce((sum, [id, data]) => sum + 2 + uuidLength(id) + data.length, 0) +
    (hasTxPower ? 3 : 0) +
    (others.flags === undefined ? 0 : 3) +
    (Appearance === undefined ? 0 : 4);
  if (length > longest) throw new BluezFailure("Failed", "Failed to register advertisement");
  const advertised: Advertised = {
    isConnectable,
    serviceUuids,
    serviceData,
    ...(hasTxPower ? { txPower: adapter.station.power } : {}),
    others,
  };
  return { advertised, seconds: Timeout };
}

/** Milliseconds. */
function checkIntervals({ MinInterval = 20, MaxInterval = 10_485 }: Record<string, unknown>): void {
  const isOne = (value: unknown): value is number =>
    typeof value === "number" && value >= 20 && value <= 10_485;
  if (!isOne(MinInterval) || !isOne(MaxInterval) || MinInterval > MaxInterval) throw unparsable();
}

function unparsable(): BluezFailure {
  return new BluezFailure("Failed", "Failed to parse advertisement.");
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function readUuids(value: unknown): string[] {
  if (!isStrings(value)) throw unparsable();
  return value.map(readUuid);
}

function readUuid(text: string): string {
  const lower = text.toLowerCase();
  if (/^[0-9a-f]{4}$/.test(lower)) return `0000${lower}-0000-1000-8000-00805f9b34fb`;
  if (!uuid.test(lower)) throw unparsable();
  return lower;
}

function readServiceData(value: unknown): Record<string, Uint8Array> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw unparsable();
  return Object.fromEntries(
    Object.entries(value).map(([id, data]: [string, unknown]) => {
      if (!(data instanceof Uint8Array)) throw unparsable();
      return [readUuid(id), Uint8Array.from(data)];
    }),
  );
}

function uuidLength(id: string): number {
  return short.test(id) ? 2 : 16;
}

/** UUIDs of the same length share a field, which has two bytes of its own. */
function listLength(ids: readonly string[]): number {
  const lengths = ids.map(uuidLength);
  return lengths.reduce((sum, length) => sum + length, 0) + 2 * new Set(lengths).size;
}
