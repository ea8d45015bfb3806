const WINDOW_MS = 60_000;

/** A token bucket: so many requests a minute, and at once after a pause. */
export class Rate {
  readonly #interval: number;
  /** When the bucket is full again, in the caller's milliseconds. */
  #fullAt = 0;

  constructor(perMinute: number) {
    this.#interval = WINDOW_MS / perMinute;
  }

  /** Takes a token where there is one. @param now milliseconds of a clock that never goes back */
  take(now: number): boolean {
    const fullAt = Math.max(this.#fullAt, now) + this.#interval;
    // Sums of fractions may miss the whole bucket by a rounding.
    if (fullAt - now > WINDOW_MS + 1e-3) return false;
    this.#fullAt = fullAt;
    return true;
  }
}
