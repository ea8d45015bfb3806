import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { construct } from "./construct.ts";
import { seedWordsAt, type Filter } from "./filter.ts";
import { layoutOf, MAX_FILTER_TCNS } from "./layout.ts";
import { locate, LOCATION_WORDS } from "./locate.ts";

const SEED_PREFIX = utf8ToBytes("TOCSIN filter");
/** Bad luck makes one attempt in 20 fail, or fewer. */
const MAX_ATTEMPTS = 32;

/**
 * Builds the filter of a set of TCNs. The same set with the same leaves gives the same filter, whatever order the TCNs
 * come in and however often each does. Its time is bounded whatever they are.
 *
 * The seed hangs on all reports of the batch, so that nobody can prepare some whose TCNs find no slots.
 * @param words the TCNs, four words each, each word the little-endian reading of four bytes
 * @param leaves of the batch's entries in its order, those of kind 2 left out
 * @returns undefined when there are more than MAX_FILTER_TCNS, or no attempt succeeds: such a batch has no filter
 */
export function buildFilter(words: Uint32Array, leaves: readonly Uint8Array[]): Filter | undefined {
  if (words.length / 4 > MAX_FILTER_TCNS) return undefined;
  let tcns = words;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const seed = seedOf(leaves, attempt);
    let filter = construct(tcns, seed);
    // Repetitions make every attempt fail, and are rare: they are looked for when one did.
    if (!filter && attempt === 0) {
      tcns = withoutRepetitions(words, seed);
      if (tcns.length < words.length) filter = construct(tcns, seed);
    }
    if (filter) return filter;
  }
  return undefined;
}

/** The first 16 bytes of SHA-256("TOCSIN filter" ‖ u32 attempt ‖ leaves), as words. */
function seedOf(leaves: readonly Uint8Array[], attempt: number): Uint32Array {
  const number = new Uint8Array(4);
  new DataView(number.buffer).setUint32(0, attempt, true);
  const hash = sha256.create().update(SEED_PREFIX).update(number);
  for (const leaf of leaves) hash.update(leaf);
  return seedWordsAt(hash.digest(), 0);
}

/** Each TCN once, found in a table by the fingerprints that the seed gives. */
function withoutRepetitions(words: Uint32Array, seed: Uint32Array): Uint32Array {
  const layout = layoutOf(words.length / 4);
  const location = new Uint32Array(LOCATION_WORDS);
  const distinct = new Uint32Array(words.length);
  let length = 0;
  /** Where in `distinct` a TCN stands, plus one; at most half full. */
  const table = new Uint32Array(2 ** (33 - Math.clz32(words.length / 4)));
  const mask = table.length - 1;
  for (let at = 0; at < words.length; at += 4) {
    locate(words, at, seed, layout, location, 0);
    let place = location[4]! & mask;
    for (; table[place] !== 0; place = (place + 1) & mask) {
      const known = table[place]! - 1;
      if ([0, 1, 2, 3].every((i) => distinct[known + i] === words[at + i])) break;
    }
    if (table[place] !== 0) continue;
    distinct.set(words.subarray(at, at + 4), length);
    table[place] = length + 1;
    length += 4;
  }
  return distinct.slice(0, length);
}
