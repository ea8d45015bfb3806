import type { Clock } from "../ports/clock.ts";
import type { Bus } from "./bus.ts";
import { DEVICE, PROPERTIES } from "./names.ts";
import { readBoolean, type Properties } from "./values.ts";

/** Milliseconds that a peer may stay connected: it reads and writes in less. */
const STAY = 10_000;

/** Peers that are connected. While one stays that connected to us, what it connected to is off the air. */
export class Guests {
  readonly #clock: Clock;
  readonly #dismiss: (device: string) => Promise<void>;
  /** Ends the wait for each to leave. */
  readonly #staying = new Map<string, AbortController>();

  /** @param dismiss is asked for each that stays, again and again until it has gone; what it rejects with is passed over */
  constructor(clock: Clock, dismiss: (device: string) => Promise<void>) {
    this.#clock = clock;
    this.#dismiss = dismiss;
  }

  /** What BlueZ tells of a device. */
  change(device: string, properties: Properties): void {
    const isConnected = readBoolean(properties, "Connected");
    if (isConnected === false) this.forget(device);
    if (isConnected === true && !this.#staying.has(device)) void this.#await(device);
  }

  forget(device: string): void {
    this.#staying.get(device)?.abort();
    this.#staying.delete(device);
  }

  clear(): void {
    for (const device of this.#staying.keys()) this.forget(device);
  }

  async #await(device: string): Promise<void> {
    const leaving = new AbortController();
    this.#staying.set(device, leaving);
    const { signal } = leaving;
    for (;;) {
      await this.#clock.sleep(STAY, signal);
      if (signal.aborted) return;
      await this.#dismiss(device).catch(() => undefined);
    }
  }
}

/**
 * Disconnects a device, unless its owner has let it in for good: then it is there for something else.
 * @param device its path in BlueZ
 * @throws DBusError
 */
export async function disconnectStranger(bus: Bus, device: string): Promise<void> {
  const known = await bus.call({
    path: device,
    interface: PROPERTIES,
    member: "GetAll",
    signature: "s",
    body: [DEVICE],
  });
  // Older versions of BlueZ do not know "Bonded".
  const isStranger =
    readBoolean(known, "Paired") === false &&
    readBoolean(known, "Trusted") === false &&
    readBoolean(known, "Bonded") !== true;
  if (isStranger) await bus.call({ path: device, interface: DEVICE, member: "Disconnect" });
}
