import { readBoolean, type Properties } from "./values.ts";

/** Waits for what becomes of connections to devices, as BlueZ tells of them. */
export class Connections {
  readonly #waiting = new Map<string, (isResolved: boolean) => void>();

  /** Resolves when the services of a device are known; rejects when it goes, or with the signal. */
  async servicesOf(device: string, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.get(device)?.(false);
    this.#waiting.set(device, resolve);
    const giveUp = (): void => resolve(false);
    signal.addEventListener("abort", giveUp);
    const isResolved = await promise;
    signal.removeEventListener("abort", giveUp);
    if (this.#waiting.get(device) === resolve) this.#waiting.delete(device);
    if (!isResolved) throw new Error("it went away");
  }

  change(device: string, changed: Properties): void {
    if (readBoolean(changed, "ServicesResolved") === true) this.#waiting.get(device)?.(true);
    else if (readBoolean(changed, "Connected") === false) this.forget(device);
  }

  forget(device: string): void {
    this.#waiting.get(device)?.(false);
  }

  clear(): void {
    for (const end of this.#waiting.values()) end(false);
  }
}
