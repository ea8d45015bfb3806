import { toHex } from "@tocsin/protocol/bytes/hex.ts";

/** Numbers of others that are on air in turn at the same time. */
const MOST_BRIDGED = 16;
/** Milliseconds for which a number is bridged after it was written first: no number lasts longer. */
const BRIDGED_FOR = 900_000;
/** Milliseconds after which a number that is written again counts as new. At most 16 are new in 900 s, so few are kept. */
const REMEMBERED_FOR = 86_400_000;

/** A number of a peer that cannot broadcast itself. */
export interface Bridged {
  tcn: Uint8Array;
  /** When it leaves the air for good, monotonic ms. */
  until: number;
}

/** The numbers that peers wrote and that this machine broadcasts for them, in turn. Times are monotonic ms. */
export class BridgedNumbers {
  /** By hex: those on air, the next one first, and those that were. */
  readonly #numbers = new Map<string, Bridged>();

  /** A peer wrote a number. Where there are as many as can be, it is not bridged, and writing again does not prolong it. */
  add(tcn: Uint8Array, now: number): void {
    const key = toHex(tcn);
    for (const [old, { until }] of this.#numbers) {
      if (until + REMEMBERED_FOR <= now) this.#numbers.delete(old);
    }
    if (this.#numbers.has(key) || this.count(now) >= MOST_BRIDGED) return;
    this.#numbers.set(key, { tcn: tcn.slice(), until: now + BRIDGED_FOR });
  }

  /** How many are bridged now. */
  count(now: number): number {
    let count = 0;
    for (const { until } of this.#numbers.values()) if (until > now) count++;
    return count;
  }

  /** Whose turn it is; it is the last in the row then. */
  next(now: number): Bridged | undefined {
    for (const [key, bridged] of this.#numbers) {
      if (bridged.until <= now) continue;
      this.#numbers.delete(key);
      this.#numbers.set(key, bridged);
      return bridged;
    }
    return undefined;
  }

  /** Ends all of them: nobody knows how much time passed. */
  end(now: number): void {
    for (const bridged of this.#numbers.values()) bridged.until = Math.min(bridged.until, now);
  }
}
