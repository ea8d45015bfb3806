import { FINGERPRINT_BITS, type FilterLayout } from "./layout.ts";

/** Words that locate writes: four slots and the fingerprint. */
export const LOCATION_WORDS = 5;

const ROUNDS = 8;

/**
 * Where the TCN in words[at..at+3] belongs in a filter: its four slots, one in each of four neighbouring segments, and
 * its fingerprint, written to out[to..to+4].
 *
 * The TCN is XORed with the seed and goes through Chaskey's permutation (8 rounds; Mouha et al., 2014). So different
 * TCNs never give the same 128 bits, and who does not know the seed yet cannot choose TCNs that share their slots.
 * @param words each the little-endian reading of four bytes
 * @param seed four words, alike
 */
export function locate(
  words: Uint32Array,
  at: number,
  seed: Uint32Array,
  layout: FilterLayout,
  out: Uint32Array,
  to: number,
): void {
  let a = words[at]! ^ seed[0]!;
  let b = words[at + 1]! ^ seed[1]!;
  let c = words[at + 2]! ^ seed[2]!;
  let d = words[at + 3]! ^ seed[3]!;
  for (let round = 0; round < ROUNDS; round++) {
    a = (a + b) | 0;
    c = (c + d) | 0;
    b = ((b << 5) | (b >>> 27)) ^ a;
    d = ((d << 8) | (d >>> 24)) ^ c;
    a = ((a << 16) | (a >>> 16)) + d;
    c = (c + b) | 0;
    d = ((d << 13) | (d >>> 19)) ^ (a |= 0);
    b = ((b << 7) | (b >>> 25)) ^ c;
    c = (c << 16) | (c >>> 16);
  }
  const { segmentBits, starts } = layout;
  const mask = (1 << segmentBits) - 1;
  const step = 1 << segmentBits;
  const first = (((a >>> 16) * starts) >>> 16) << segmentBits;
  out[to] = first + (a & mask);
  out[to + 1] = first + step + (b & mask);
  out[to + 2] = first + 2 * step + ((b >>> 16) & mask);
  out[to + 3] = first + 3 * step + (c & mask);
  out[to + 4] = d >>> (32 - FINGERPRINT_BITS);
}
