import { EventEmitter, once } from "node:events";
import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../../../recorder/ports/clock.ts";

export interface Acceleration {
  /** Unix ms at which simulated time begins. */
  origin: number;
  /** Simulated milliseconds in a real one; more than 1. */
  factor: number;
  /** Unix ms of real time at which it begins; Infinity while time stands. */
  startedAt: number;
}

const variable = "TOCSIN_SIMULATED_TIME";

/**
 * The simulated time at a real one, both in unix ms: it stands until it begins, runs at the factor until it has caught up
 * with real time, and is the real time from then on.
 */
export function simulatedTime(real: number, { origin, factor, startedAt }: Acceleration): number {
  return Math.min(real, origin + Math.max(0, real - startedAt) * factor);
}

/** The inverse: the real time at a simulated one. */
export function realTime(simulated: number, { origin, factor, startedAt }: Acceleration): number {
  return Math.max(simulated, startedAt + (simulated - origin) / factor);
}

/** Time that runs faster, in the same way in every process that gets the same environment. */
export class AcceleratedClock implements Clock {
  readonly #acceleration: Acceleration;
  readonly #beginning = new EventEmitter().setMaxListeners(0);

  /** @param acceleration startedAt is now if left out */
  constructor(acceleration: Omit<Acceleration, "startedAt"> & Partial<Acceleration>) {
    this.#acceleration = { startedAt: realNow(), ...acceleration };
  }

  get isStanding(): boolean {
    return this.#acceleration.startedAt === Infinity;
  }

  /** Lets time begin that stands: what takes as long as the machine takes is over by then, such as starting processes. */
  begin(startedAt = realNow()): void {
    this.#acceleration.startedAt = startedAt;
    this.#beginning.emit("begin", startedAt);
  }

  /** Tells when time begins that stands, so that other processes let theirs begin at the same moment. */
  onBegin(tell: (startedAt: number) => void): void {
    this.#beginning.once("begin", tell);
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
        if (this.isStanding) await once(this.#beginning, "begin", options);
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
