import { RecorderError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Bus } from "./bus.ts";
import type { Connections } from "./connections.ts";
import {
  CHARACTERISTIC_UUID,
  DEVICE,
  GATT_CHARACTERISTIC,
  GATT_SERVICE,
  OBJECT_MANAGER,
  PROPERTIES,
  SERVICE_UUID,
} from "./names.ts";
import { decodeObjects, readBytes, readString, type Interfaces } from "./values.ts";

/** Milliseconds for all of it, and for the farewell. */
const READ_WITHIN = 18_000;
const DISCONNECT_WITHIN = 2_000;

/** The path of the number's characteristic among the objects below a device. */
export function findCharacteristic(
  objects: ReadonlyMap<string, Interfaces>,
  device: string,
): string | undefined {
  for (const [path, interfaces] of objects) {
    const characteristic = interfaces.get(GATT_CHARACTERISTIC);
    if (!path.startsWith(`${device}/`) || uuidOf(characteristic) !== CHARACTERISTIC_UUID) continue;
    const service = objects.get(readString(characteristic, "Service") ?? "")?.get(GATT_SERVICE);
    if (uuidOf(service) === SERVICE_UUID) return path;
  }
  return undefined;
}

function uuidOf(properties: unknown): string | undefined {
  return readString(properties, "UUID")?.toLowerCase();
}

/**
 * Connects to a device, reads its number and disconnects whatever happens.
 * @param device its path in BlueZ
 * @throws PEER_UNREACHABLE
 */
export async function readNumberOf(
  device: string,
  { bus, clock, connections }: { bus: Pick<Bus, "call">; clock: Clock; connections: Connections },
): Promise<Uint8Array> {
  const deadline = new AbortController();
  const finished = new AbortController();
  void clock.sleep(READ_WITHIN, finished.signal).then(() => deadline.abort());
  try {
    const call = (path: string, from: string, member: string, signature?: string, body?: unknown[]) =>
      bus.call(
        { path, interface: from, member, ...(signature ? { signature, body: body ?? [] } : {}) },
        { timeout: READ_WITHIN, signal: deadline.signal },
      );
    const known = connections.servicesOf(device, deadline.signal);
    known.catch(() => undefined);
    await call(device, DEVICE, "Connect");
    const isKnown = (await call(device, PROPERTIES, "Get", "ss", [DEVICE, "ServicesResolved"])) === true;
    if (!isKnown) await known;
    const objects = decodeObjects(await call("/", OBJECT_MANAGER, "GetManagedObjects"));
    const found = findCharacteristic(objects, device);
    if (!found) throw new Error("it does not have the characteristic");
    const value = readBytes(await call(found, GATT_CHARACTERISTIC, "ReadValue", "a{sv}", [{}]));
    if (!value) throw new Error("it gave no bytes");
    return value;
  } catch {
    // What BlueZ says may name the peer's address: it is left out, and the cause with it.
    const what = deadline.signal.aborted ? "took too long" : "failed";
    throw new RecorderError("PEER_UNREACHABLE", `reading a peer's number ${what}`);
  } finally {
    finished.abort();
    await bus
      .call({ path: device, interface: DEVICE, member: "Disconnect" }, { timeout: DISCONNECT_WITHIN })
      .catch(() => undefined);
  }
}
