import { Filter } from "./filter.ts";
import { layoutOf, type FilterLayout } from "./layout.ts";
import { locate, LOCATION_WORDS } from "./locate.ts";

/**
 * One attempt to build a filter. TCNs that have a slot for themselves are taken off, one after the other, until none is
 * left; then, in the opposite order, each one's own slot is set so that its four slots XORed give its fingerprint.
 *
 * What a slot knows of its TCNs – their number and the XOR of where their locations start – does not depend on their
 * order, and slots are worked through in an order of their own: that makes the outcome one of the set.
 * @param words TCNs, four words each
 * @returns undefined when TCNs are left that have no slot for themselves, as always when one is there twice
 */
export function construct(words: Uint32Array, seed: Uint32Array): Filter | undefined {
  const count = words.length / 4;
  const layout = layoutOf(count);
  const locations = locateAll(words, seed, layout);
  /** For each slot: how many TCNs have it, and the XOR of where their locations start. */
  const slots = new Uint32Array(2 * layout.slots);
  for (let at = 0; at < locations.length; at += LOCATION_WORDS) {
    for (let j = at; j < at + 4; j++) {
      const slot = 2 * locations[j]!;
      slots[slot]!++;
      slots[slot + 1]! ^= at;
    }
  }

  /** The own slot of each TCN that was taken off, and where its location starts. */
  const taken = new Uint32Array(2 * count);
  let placed = 0;
  const stack = new Uint32Array(layout.slots);
  for (let start = 0; start < layout.slots; start++) {
    stack[0] = start;
    for (let height = 1; height > 0;) {
      const own = stack[--height]!;
      if (slots[2 * own] !== 1) continue;
      const at = slots[2 * own + 1]!;
      taken[2 * placed] = own;
      taken[2 * placed + 1] = at;
      placed++;
      for (let j = at; j < at + 4; j++) {
        const slot = locations[j]!;
        slots[2 * slot + 1]! ^= at;
        // A slot comes to 1 once, so no more are ever on the stack than there are.
        if (--slots[2 * slot]! === 1) stack[height++] = slot;
      }
    }
  }
  if (placed < count) return undefined;

  const fingerprints = new Uint32Array(layout.slots);
  for (let i = count - 1; i >= 0; i--) {
    const at = taken[2 * i + 1]!;
    let fingerprint = locations[at + 4]!;
    // The TCN's own slot is still 0.
    for (let j = at; j < at + 4; j++) fingerprint ^= fingerprints[locations[j]!]!;
    fingerprints[taken[2 * i]!] = fingerprint;
  }
  return new Filter(count, seed, fingerprints);
}

/** The locations of TCNs by their first segment, so that what stands together is worked on together. */
function locateAll(words: Uint32Array, seed: Uint32Array, layout: FilterLayout): Uint32Array {
  const count = words.length / 4;
  const unsorted = new Uint32Array(count * LOCATION_WORDS);
  /** Where the next location of each first segment goes. */
  const ends = new Uint32Array(layout.starts + 1);
  for (let i = 0; i < count; i++) {
    const at = i * LOCATION_WORDS;
    locate(words, 4 * i, seed, layout, unsorted, at);
    ends[(unsorted[at]! >>> layout.segmentBits) + 1]! += LOCATION_WORDS;
  }
  for (let start = 0; start < layout.starts; start++) ends[start + 1]! += ends[start]!;
  const locations = new Uint32Array(unsorted.length);
  for (let at = 0; at < unsorted.length; at += LOCATION_WORDS) {
    const segment = unsorted[at]! >>> layout.segmentBits;
    const to = ends[segment]!;
    ends[segment] = to + LOCATION_WORDS;
    for (let j = 0; j < LOCATION_WORDS; j++) locations[to + j] = unsorted[at + j]!;
  }
  return locations;
}
