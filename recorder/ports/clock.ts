/** The recorder's only source of time and of waiting. */
export interface Clock {
  /** Unix milliseconds, as the machine's clock shows them: they jump when it is set, and over a sleep. */
  now(): number;
  /** Milliseconds from an arbitrary start, which never jump and stand still while the machine sleeps. */
  monotonic(): number;
  /** Resolves after that many milliseconds of `monotonic`, or at once when the signal aborts. Never rejects. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
