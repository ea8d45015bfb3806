import { Variant } from "dbus-native";
import type { Clock } from "../ports/clock.ts";
import type { Bus } from "./bus.ts";
import { isBluezError } from "./failures.ts";
import { ADAPTER, PROPERTIES, SERVICE_UUID } from "./names.ts";

/** With "DuplicateData" BlueZ tells of every advertisement, and with any filter of every change of the strength. */
const FILTER = {
  UUIDs: new Variant("as", [SERVICE_UUID]),
  Transport: new Variant("s", "le"),
  DuplicateData: new Variant("b", true),
};

/** BlueZ refuses while it starts or stops for somebody else: so often and so many ms apart is it asked. */
const ATTEMPTS = 5;
const ASK_AGAIN_AFTER = 300;

/** Begins to listen for the service. @param adapter its path @throws DBusError */
export async function startDiscovery(bus: Bus, adapter: string, clock: Clock): Promise<void> {
  await call(bus, adapter, "SetDiscoveryFilter", "a{sv}", [FILTER]);
  for (let attempt = 1; ; attempt++) {
    try {
      await call(bus, adapter, "StartDiscovery");
      return;
    } catch (error) {
      if (!isBluezError(error, "InProgress") || attempt === ATTEMPTS) throw error;
    }
    // The refusal also means "you do already", where the answer to an earlier call got lost.
    await call(bus, adapter, "StopDiscovery").catch(() => undefined);
    await clock.sleep(ASK_AGAIN_AFTER);
  }
}

/** Ends it. @throws DBusError while it may go on */
export async function stopDiscovery(bus: Bus, adapter: string, clock: Clock): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await call(bus, adapter, "StopDiscovery");
      return;
    } catch (error) {
      // "Failed" and "NotReady" say that nothing was under way, and "NotAuthorized" that it is somebody else's.
      if (["Failed", "NotReady", "NotAuthorized"].some((name) => isBluezError(error, name))) return;
      if (!isBluezError(error, "InProgress") || attempt === ATTEMPTS) throw error;
    }
    await clock.sleep(ASK_AGAIN_AFTER);
  }
}

/** Whether somebody listens, which may be another program. BlueZ learns a moment late that nobody does any more. */
export async function isDiscovering(bus: Bus, adapter: string, clock: Clock): Promise<boolean> {
  const question = { path: adapter, interface: PROPERTIES, member: "Get", signature: "ss" };
  for (let attempt = 1; ; attempt++) {
    const answer = await bus.call({ ...question, body: [ADAPTER, "Discovering"] });
    if (answer !== true || attempt === ATTEMPTS) return answer === true;
    await clock.sleep(ASK_AGAIN_AFTER);
  }
}

function call(
  bus: Bus,
  path: string,
  member: string,
  signature?: string,
  body?: unknown[],
): Promise<unknown> {
  return bus.call({
    path,
    interface: ADAPTER,
    member,
    ...(signature ? { signature, body: body ?? [] } : {}),
  });
}
