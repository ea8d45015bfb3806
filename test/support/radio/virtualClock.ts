import type { Clock } from "../../../recorder/ports/clock.ts";
import { TimeQueue } from "./timeQueue.ts";

/**
 * Time that stands still until a test moves it. Sleepers wake in the order in which they are due; all promises that can
 * settle do so before the next ones wake.
 */
export class VirtualClock implements Clock {
  readonly #sleepers = new TimeQueue<() => void>();
  #monotonic = 0;
  /** Wall time when the monotonic time is 0. */
  #epoch: number;

  /** @param wall unix ms at which it begins */
  constructor(wall = Date.UTC(2026, 0, 5, 8)) {
    this.#epoch = wall;
  }

  now(): number {
    return Math.floor(this.#epoch + this.#monotonic);
  }

  monotonic(): number {
    return this.#monotonic;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      signal?.addEventListener("abort", wake);
      this.#sleepers.add(this.#monotonic + Math.max(0, milliseconds), wake);
    });
  }

  /** Lets time pass: both clocks move, and whoever slept wakes. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#monotonic + milliseconds;
    await settle();
    while (this.#sleepers.nextAt <= end) {
      this.#monotonic = Math.max(this.#monotonic, this.#sleepers.nextAt);
      while (this.#sleepers.nextAt <= this.#monotonic) this.#sleepers.take()?.();
      await settle();
    }
    this.#monotonic = end;
  }

  /** Somebody sets the machine's clock: wall time alone jumps, by a negative number back. */
  setWallTime(unixMilliseconds: number): void {
    this.#epoch = unixMilliseconds - this.#monotonic;
  }

  /** The machine sleeps: wall time goes on, the monotonic one stands still, and nobody wakes. */
  suspend(milliseconds: number): void {
    this.#epoch += milliseconds;
  }
}

/** Every promise that is ready settles, and what follows from it, before the event loop takes its next turn. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
