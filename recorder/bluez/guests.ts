import type { Clock } from "../ports/clock.ts";
import type { Bus } from "./bus.ts";
import { ADAPTER, DEVICE, PROPERTIES } from "./names.ts";
import { readBoolean, type Properties } from "./values.ts";

/** Milliseconds that a peer may stay connected: it reads and writes in less. */
const STAY = 10_000;

interface Stay {
  /** Monotonic ms; undefined where this machine connected to it. */
  cameAt: number | undefined;
  /** Ends the wait for it to leave. */
  leaving: AbortController;
}

/** Peers that are connected. While one stays that connected to us, what it connected to is off the air. */
export class Guests {
  readonly #clock: Clock;
  readonly #dismiss: (device: string) => Promise<void>;
  readonly #staying = new Map<string, Stay>();

  /**
   * @param dismiss is asked for each that stays, again and again until it has gone, and once more for each that went; what
   * it rejects with is passed over
   */
  constructor(clock: Clock, dismiss: (device: string) => Promise<void>) {
    this.#clock = clock;
    this.#dismiss = dismiss;
  }

  /** What BlueZ tells of a device. @param isOurs whether this machine connects to it now */
  change(device: string, properties: Properties, isOurs: boolean): void {
    const isConnected = readBoolean(properties, "Connected");
    const stays = this.#staying.has(device);
    if (isConnected === true && !stays) void this.#await(device, isOurs);
    if (isConnected !== false || !stays) return;
    this.forget(device);
    void this.#dismiss(device).catch(() => undefined);
  }

  /** When a peer that is connected came to us, monotonic ms; undefined where it did not come by itself. */
  cameAt(device: string): number | undefined {
    return this.#staying.get(device)?.cameAt;
  }

  forget(device: string): void {
    this.#staying.get(device)?.leaving.abort();
    this.#staying.delete(device);
  }

  clear(): void {
    for (const device of this.#staying.keys()) this.forget(device);
  }

  async #await(device: string, isOurs: boolean): Promise<void> {
    const leaving = new AbortController();
    this.#staying.set(device, { cameAt: isOurs ? undefined : this.#clock.monotonic(), leaving });
    const { signal } = leaving;
    for (;;) {
      await this.#clock.sleep(STAY, signal);
      if (signal.aborted) return;
      await this.#dismiss(device).catch(() => undefined);
    }
  }
}

/**
 * Disconnects a device and makes BlueZ forget it, which else keeps the address of each that was connected, on disk too. Not
 * one on which the machine's owner has decided: it is there for something else.
 * @param device its path in BlueZ
 * @returns whether it was a stranger's
 * @throws DBusError
 */
export async function removeStranger(
  bus: Pick<Bus, "call">,
  device: string,
  options?: { timeout: number },
): Promise<boolean> {
  const question = { path: device, interface: PROPERTIES, member: "GetAll", signature: "s", body: [DEVICE] };
  const known = await bus.call(question, options);
  // Older versions of BlueZ do not know "Bonded".
  const isStranger =
    readBoolean(known, "Paired") === false &&
    readBoolean(known, "Trusted") === false &&
    readBoolean(known, "Bonded") !== true &&
    readBoolean(known, "Blocked") !== true;
  if (!isStranger) return false;
  const adapter = device.slice(0, device.lastIndexOf("/"));
  const removal = {
    path: adapter,
    interface: ADAPTER,
    member: "RemoveDevice",
    signature: "o",
    body: [device],
  };
  await bus.call(removal, options);
  return true;
}
