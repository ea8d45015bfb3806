import type { Clock } from "../ports/clock.ts";
import type { ContactStore } from "./contactStore.ts";
import { lossOf, type Way } from "./distance.ts";
import { Samples, SAMPLE_WINDOW, type ContactSample } from "./samples.ts";

/** Samples that wait while the store cannot take them. */
const MOST_WAITING = 16_384;

/** One number that came in. */
export interface Sighting {
  tcn: Uint8Array;
  way: Way;
  /** dBm. */
  rssi?: number;
  txPower?: number;
}

/** Everything that is heard, on its way into the store. */
export class Sightings {
  readonly #store: ContactStore;
  readonly #clock: Clock;
  readonly #samples = new Samples();
  #waiting: ContactSample[] = [];
  #windowEndsAt: number;
  #dropped = 0;

  constructor(store: ContactStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#windowEndsAt = clock.monotonic() + 1_000 * SAMPLE_WINDOW;
  }

  /** Different numbers heard in the last minute. */
  get recent(): number {
    return this.#samples.recent;
  }

  /** Sightings and samples that there was no room for. */
  get refused(): number {
    return this.#dropped + this.#store.refused;
  }

  add({ tcn, way, rssi, txPower }: Sighting): void {
    const isAdded = this.#samples.add(tcn, lossOf(way, rssi, txPower), this.#seconds());
    if (!isAdded) this.#dropped++;
  }

  /** Writes the samples down where a window has ended. Throws what the store throws; they wait for the next time then. */
  update(): void {
    if (this.#clock.monotonic() >= this.#windowEndsAt) this.flush();
  }

  /** Ends the window now. Throws as `update` does. */
  flush(): void {
    this.#windowEndsAt = this.#clock.monotonic() + 1_000 * SAMPLE_WINDOW;
    for (const sample of this.#samples.take()) {
      if (this.#waiting.length < MOST_WAITING) this.#waiting.push(sample);
      else this.#dropped++;
    }
    this.#store.merge(this.#waiting, this.#seconds());
    this.#waiting = [];
  }

  #seconds(): number {
    return Math.floor(this.#clock.now() / 1_000);
  }
}
