import { layoutOf, type FilterLayout } from "./layout.ts";
import { locate, LOCATION_WORDS } from "./locate.ts";

/** Words of a seed. */
const SEED_WORDS = 4;

/**
 * A binary fuse filter of TCNs: every TCN that it was built of is found; another one is found by accident once in 2^20
 * times.
 */
export class Filter {
  /** How many different TCNs it was built of. */
  readonly count: number;
  /** 16 bytes, read as four little-endian words. */
  readonly seed: Uint32Array;
  /** One a slot. */
  readonly fingerprints: Uint32Array;
  readonly #layout: FilterLayout;
  readonly #location = new Uint32Array(LOCATION_WORDS);

  /** `fingerprints` are as many as layoutOf(count) has slots. */
  constructor(count: number, seed: Uint32Array, fingerprints: Uint32Array) {
    this.count = count;
    this.seed = seed;
    this.fingerprints = fingerprints;
    this.#layout = layoutOf(count);
  }

  /**
   * Whether the filter may have been built of the TCN in words[at..at+3], each word the little-endian reading of four
   * of its bytes. `false` is certain.
   */
  has(words: Uint32Array, at: number): boolean {
    if (this.count === 0) return false;
    const location = this.#location;
    const prints = this.fingerprints;
    locate(words, at, this.seed, this.#layout, location, 0);
    const found =
      prints[location[0]!]! ^ prints[location[1]!]! ^ prints[location[2]!]! ^ prints[location[3]!]!;
    return found === location[4]!;
  }

  /** Whether `has` is true of any of the TCNs in `words`, four words each. */
  hasAny(words: Uint32Array): boolean {
    for (let at = 0; at < words.length; at += 4) if (this.has(words, at)) return true;
    return false;
  }
}

/** The seed that stands at `offset`: 16 bytes as four little-endian words. */
export function seedWordsAt(bytes: Uint8Array, offset: number): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset);
  return Uint32Array.from({ length: SEED_WORDS }, (_, i) => view.getUint32(4 * i, true));
}
