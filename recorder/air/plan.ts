import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import type { Bridged, BridgedNumbers } from "./bridged.ts";

/** Milliseconds that the own number is on air at a time while others are bridged, and each of those. */
const OWN_TURN = 10_000;
const BRIDGED_TURN = 5_000;

/** Whose turn on air it is: the own number's, with one bridged number after every ten seconds of it. */
export class AirPlan {
  #own: Uint8Array | undefined;
  /** Who has the turn, if not the own number. */
  #bridged: Bridged | undefined;
  #since = 0;

  /**
   * The bridged number that has the turn, or undefined where the own one has it.
   * @param own the number that is due, which gets the turn at once when it changed
   * @param now monotonic ms
   */
  turn(own: Uint8Array, bridged: BridgedNumbers, now: number): Bridged | undefined {
    const elapsed = now - this.#since;
    if (this.#own === undefined || !equalBytes(this.#own, own)) {
      this.#own = own;
      this.#begin(undefined, now);
    } else if (this.#bridged === undefined) {
      const next = elapsed < OWN_TURN ? undefined : bridged.next(now);
      if (next !== undefined) this.#begin(next, now);
    } else if (elapsed >= BRIDGED_TURN || this.#bridged.until <= now) {
      this.#begin(undefined, now);
    }
    return this.#bridged;
  }

  #begin(bridged: Bridged | undefined, now: number): void {
    this.#bridged = bridged;
    this.#since = now;
  }
}
