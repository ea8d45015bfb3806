import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { distanceOf } from "./distance.ts";

/** Seconds of one window: of each number, all that was heard in it is one sample. */
export const SAMPLE_WINDOW = 5;
/** Numbers that a window holds. */
const MOST_NUMBERS = 4_096;
/** Of these, numbers that were not heard in the last minute: a flood of made-up ones pushes out nobody who stays. */
const MOST_NEW_NUMBERS = 3_072;
/** Windows for which a number counts as heard recently: a minute. */
const RECENT_WINDOWS = 12;
const MOST_RECENT_NUMBERS = 16_384;

/** What one window heard of one number. */
export interface ContactSample {
  /** 16 bytes. */
  tcn: Uint8Array;
  /** Unix seconds of the first and the last sighting in the window. */
  from: number;
  to: number;
  /** Metres, where the radio gave a strength. */
  distance?: number;
}

interface Heard {
  tcn: Uint8Array;
  from: number;
  to: number;
  losses: number;
  measured: number;
}

/** Gathers sightings into samples, within bounded memory. */
export class Samples {
  #heard = new Map<string, Heard>();
  #newNumbers = 0;
  #window = 0;
  /** The last window that each number was heard in, the longest ago first. */
  readonly #recent = new Map<string, number>();

  /** Different numbers heard in the last minute, before this window; of very many, only the latest count. */
  get recent(): number {
    return this.#recent.size;
  }

  /**
   * One sighting of a number.
   * @param loss dB, as `lossOf` gives it
   * @param at unix seconds
   * @returns false where there is no room for it
   */
  add(tcn: Uint8Array, loss: number | undefined, at: number): boolean {
    const key = toHex(tcn);
    const heard = this.#heard.get(key) ?? this.#admit(key, tcn, at);
    if (heard === undefined) return false;
    // Whoever sets the clock meanwhile makes no sample longer than its window.
    if (at > heard.to && at <= heard.from + SAMPLE_WINDOW) heard.to = at;
    if (loss !== undefined) {
      heard.losses += loss;
      heard.measured++;
    }
    return true;
  }

  /** Ends the window: one sample of each number in it. */
  take(): ContactSample[] {
    const samples = [...this.#heard.values()].map(({ tcn, from, to, losses, measured }) => ({
      tcn,
      from,
      to,
      ...(measured > 0 ? { distance: distanceOf(losses / measured) } : {}),
    }));
    for (const key of this.#heard.keys()) {
      this.#recent.delete(key);
      this.#recent.set(key, this.#window);
    }
    for (const [key, window] of this.#recent) {
      if (window > this.#window - RECENT_WINDOWS && this.#recent.size <= MOST_RECENT_NUMBERS) break;
      this.#recent.delete(key);
    }
    this.#heard = new Map();
    this.#newNumbers = 0;
    this.#window++;
    return samples;
  }

  #admit(key: string, tcn: Uint8Array, at: number): Heard | undefined {
    if (this.#heard.size >= MOST_NUMBERS) return undefined;
    if (!this.#recent.has(key)) {
      if (this.#newNumbers >= MOST_NEW_NUMBERS) return undefined;
      this.#newNumbers++;
    }
    const heard = { tcn: tcn.slice(), from: at, to: at, losses: 0, measured: 0 };
    this.#heard.set(key, heard);
    return heard;
  }
}
