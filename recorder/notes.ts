import type { Clock } from "./ports/clock.ts";

/** Milliseconds in which the same is not said twice: what comes and goes all the time fills no log. */
const QUIET_FOR = 600_000;

/** Says how things stand whenever that changes, but not too often. */
export class Notes {
  readonly #note: (line: string) => void;
  readonly #clock: Clock;
  /** When each state was said last, monotonic ms. */
  readonly #saidAt = new Map<string, number>();
  #last: string | undefined;

  constructor(note: (line: string) => void, clock: Clock) {
    this.#note = note;
    this.#clock = clock;
  }

  /** To be called again and again. @param state of which there are few; line: its words */
  stands(state: string, line: string): void {
    const now = this.#clock.monotonic();
    const saidAt = this.#saidAt.get(state);
    if (state === this.#last || (saidAt !== undefined && saidAt + QUIET_FOR > now)) return;
    this.#saidAt.set(state, now);
    this.#last = state;
    this.#note(line);
  }
}
