import { RecorderError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Bus } from "./bus.ts";
import type { Connections } from "./connections.ts";
import { removeStranger } from "./guests.ts";
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

/** Milliseconds for all of it, and for each call of the farewell: BlueZ takes 2 s to disconnect what it removes. */
const READ_WITHIN = 11_000;
const FAREWELL_WITHIN = 3_000;

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
 * Connects to a device, reads its number, disconnects whatever happens and leaves nothing of a stranger in BlueZ. A device
 * that is connected already is left alone: it is connected for something else.
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
  let isOurs = false;
  try {
    const call = (path: string, from: string, member: string, signature?: string, body?: unknown[]) =>
      bus.call(
        { path, interface: from, member, ...(signature ? { signature, body: body ?? [] } : {}) },
        { timeout: READ_WITHIN, signal: deadline.signal },
      );
    const isTrue = async (property: string): Promise<boolean> =>
      (await call(device, PROPERTIES, "Get", "ss", [DEVICE, property])) === true;
    if (await isTrue("Connected")) throw new Error("it is connected already");
    const resolved = connections.servicesOf(device, deadline.signal);
    resolved.catch(() => undefined);
    isOurs = true;
    await call(device, DEVICE, "Connect");
    if (!(await isTrue("ServicesResolved"))) await resolved;
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
    if (isOurs) await leave(bus, device);
  }
}

async function leave(bus: Pick<Bus, "call">, device: string): Promise<void> {
  const within = { timeout: FAREWELL_WITHIN };
  const isRemoved = await removeStranger(bus, device, within).catch(() => false);
  if (isRemoved) return;
  await bus.call({ path: device, interface: DEVICE, member: "Disconnect" }, within).catch(() => undefined);
}
