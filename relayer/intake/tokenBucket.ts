/** Buckets are a fixed number, a power of two: 8 MB. */
export const BUCKETS = 2 ** 20;
const WINDOW_S = 60;

/**
 * Token buckets without a list of senders. A sender is known by a number drawn from a keyed hash of its address, which
 * picks one of 2^20 buckets; two senders share one by chance.
 *
 * Nothing is ever put out to make room, so many addresses cannot give anybody a fresh bucket; they can only drain the
 * buckets that they hit, one by one. All that is kept is when a bucket is full again, a minute away at most; from then
 * on it is as one that was never used.
 */
export class TokenBuckets {
  /** When each bucket is full again, in the caller's seconds; 0 for one that is full. */
  readonly #fullAt = new Float64Array(BUCKETS);
  /** Seconds until a token comes back. */
  readonly #interval: number;

  /** @param perMinute tokens that come back a minute, and that a full bucket holds; at least 1 */
  constructor(perMinute: number) {
    this.#interval = WINDOW_S / perMinute;
  }

  /**
   * Takes a token of a sender's bucket.
   * @param sender 32 bits of a keyed hash
   * @param now seconds of a clock that never goes back
   * @returns 0, or the seconds after which there will be a token; then none is taken
   */
  take(sender: number, now: number): number {
    const index = sender & (BUCKETS - 1);
    const fullAt = Math.max(this.#fullAt[index] as number, now) + this.#interval;
    const missing = fullAt - now - WINDOW_S;
    // Sums of fractions may miss the whole bucket by a rounding.
    if (missing > 1e-6) return missing;
    this.#fullAt[index] = fullAt;
    return 0;
  }

  /**
   * Forgets the buckets that are full again. To be called every now and then: some 1 ms.
   * @returns how many are not full
   */
  forget(now: number): number {
    let used = 0;
    const all = this.#fullAt;
    for (let index = 0; index < BUCKETS; index++) {
      if (all[index] === 0) continue;
      if ((all[index] as number) <= now) all[index] = 0;
      else used++;
    }
    return used;
  }
}
