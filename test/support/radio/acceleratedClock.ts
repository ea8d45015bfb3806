import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../../../recorder/ports/clock.ts";

export interface Acceleration {
  /** Unix ms at which simulated time begins. */
  origin: number;
  /** Simulated milliseconds in a real one; more than 1. */
  factor: number;
  /** Unix ms of real time at which it begins. */
  startedAt: number;
}

const variable = "TOCSIN_SIMULATED_TIME";

/**
 * The simulated time at a real one, both in unix ms: it runs at the factor until it has caught up with real time, and is
 * the real time from then on.
 */
export function simulatedTime(real: number, { origin, factor, startedAt }: Acceleration): number {
  return Math.min(real, origin + (real - startedAt) * factor);
}

/** The inverse: the real time at a simulated one. */
export function realTime(simulated: number, { origin, factor, startedAt }: Acceleration): number {
  return Math.max(simulated, startedAt + (simulated - origin) / factor);
}

/** Time that runs faster, in the same way in every process that gets the same environment. */
export class AcceleratedClock implements Clock {
  readonly #acceleration: Acceleration;

  /** @param acceleration startedAt is now if left out */
  constructor(acceleration: Omit<Acceleration, "startedAt"> & Partial<Acceleration>) {
    this.#acceleration = { startedAt: realNow(), ...acceleration };
  }

  /** @throws Error when the environment names no acceleration */
  static fromEnvironment(environment: NodeJS.ProcessEnv): AcceleratedClock {
    const [origin, factor, startedAt, ...rest] = (environment[variable] ?? "").split(",").map(Number);
    if (!origin || !factor || !startedAt || rest.length > 0) throw new Error(`${variable} is not set`);
    return new AcceleratedClock({ origin, factor, startedAt });
  }

  /** What another process needs for the same time. */
  environment(): Record<string, string> {
    const { origin, factor, startedAt } = this.#acceleration;
    return { [variable]: [origin, factor, startedAt].join() };
  }

  now(): number {
    return Math.floor(this.monotonic());
  }

  monotonic(): number {
    return simulatedTime(realNow(), this.#acceleration);
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const until = this.monotonic() + milliseconds;
    const options = signal === undefined ? {} : { signal };
    try {
      // A timer may fire a little early, which is long when time is fast.
      do {
        await wait(Math.max(0, realTime(until, this.#acceleration) - realNow()), undefined, options);
      } while (this.monotonic() < until);
    } catch {
      // Aborted.
    }
  }
}

/** Unix ms which do not jump when the machine's clock is set. */
function realNow(): number {
  return performance.timeOrigin + performance.now();
}
