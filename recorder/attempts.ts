import { RecorderError, type RecorderCode } from "./errors.ts";
import type { Clock } from "./ports/clock.ts";

/** Why something does not go, and what to do. */
export interface Problem {
  code: RecorderCode;
  message: string;
}

/** Milliseconds after which what failed is tried again: at first, and at most. */
const FIRST_RETRY = 1_000;
const LAST_RETRY = 60_000;

interface Failure {
  problem: Problem;
  count: number;
  retryAt: number;
}

/** Tries things that may fail, less and less often while they do, and remembers why. */
export class Attempts<Name extends string> {
  readonly #clock: Clock;
  readonly #failures = new Map<Name, Failure>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns whether the action succeeded: false as well where it is too early to try it again */
  async try(name: Name, action: () => unknown): Promise<boolean> {
    const last = this.#failures.get(name);
    if (last !== undefined && last.retryAt > this.#clock.monotonic()) return false;
    try {
      await action();
      this.#failures.delete(name);
      return true;
    } catch (error) {
      const count = last?.count ?? 0;
      const retryAt = this.#clock.monotonic() + Math.min(LAST_RETRY, FIRST_RETRY * 2 ** count);
      this.#failures.set(name, { problem: problemOf(error), count: count + 1, retryAt });
      return false;
    }
  }

  /** Why the first of these failed that failed at its last attempt. */
  problem(...names: Name[]): Problem | undefined {
    for (const name of names) {
      const failure = this.#failures.get(name);
      if (failure !== undefined) return failure.problem;
    }
    return undefined;
  }

  /** Everything may be tried at once. */
  hurry(): void {
    for (const failure of this.#failures.values()) failure.retryAt = 0;
  }
}

/** The message of a foreign error could name anything, so it goes no further. */
function problemOf(error: unknown): Problem {
  if (error instanceof RecorderError) return { code: error.code, message: error.message };
  return { code: "BLUETOOTH_UNAVAILABLE", message: "the radio failed in a way that nobody foresaw" };
}
