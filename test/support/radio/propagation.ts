import type { SeededRandom } from "./seededRandom.ts";

/** Metres. */
export interface Position {
  x: number;
  y: number;
}

/** Metres below which nearer makes no difference. */
const nearest = 0.1;

export interface PropagationOptions {
  /** Metres beyond which nothing is heard. Default 30. */
  range?: number;
  /** Standard deviation of the strength, dB. Default 2. */
  noise?: number;
  /** Share of the advertisements that even a near listener misses. Default 0.05. */
  loss?: number;
}

/** How what one station sends reaches another. */
export class Propagation {
  readonly #random: SeededRandom;
  readonly #range: number;
  readonly #noise: number;
  readonly #loss: number;

  constructor(random: SeededRandom, { range = 30, noise = 2, loss = 0.05 }: PropagationOptions) {
    this.#random = random;
    this.#range = range;
    this.#noise = noise;
    this.#loss = loss;
  }

  /**
   * @param power dBm that the sender sends with
   * @returns dBm with which it arrives; undefined when the listener is too far away
   */
  strength(power: number, from: Position, to: Position): number | undefined {
    const distance = Math.max(nearest, Math.hypot(from.x - to.x, from.y - to.y));
    return distance > this.#range ? undefined : this.#strengthAt(power, distance);
  }

  /** As `strength`; undefined also when this one is lost, which happens the more often the farther it has to go. */
  received(power: number, from: Position, to: Position): number | undefined {
    const x = from.x - to.x;
    const y = from.y - to.y;
    const share = (x * x + y * y) / (this.#range * this.#range);
    if (share > 1 || this.#random.uniform() < this.#loss + (1 - this.#loss) * share) return undefined;
    return this.#strengthAt(power, Math.max(nearest, Math.sqrt(x * x + y * y)));
  }

  #strengthAt(power: number, distance: number): number {
    const noise = this.#noise === 0 ? 0 : this.#noise * this.#random.normal();
    return Math.max(-127, Math.round(rssiAtOneMetre(power) - 20 * Math.log10(distance) + noise));
  }
}

/** What phones of that transmit power are heard with at one metre, dBm. */
export function rssiAtOneMetre(power: number): number {
  if (power >= 12) return -67;
  return power >= 9 ? -71 : -86;
}
