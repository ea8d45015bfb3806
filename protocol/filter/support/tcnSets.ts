import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

/** TCN number i of a set: the first 16 bytes of SHA-256(name ‖ i as text). */
const tcnOf = (name: string, i: number): Uint8Array => sha256(utf8ToBytes(`${name}${i}`)).slice(0, 16);

export const tcnsOfSet = (name: string, count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => tcnOf(name, i));

/** TCNs as filters take them: four little-endian words each. */
export function toWords(tcns: readonly Uint8Array[]): Uint32Array {
  const words = new Uint32Array(4 * tcns.length);
  tcns.forEach((tcn, i) => {
    const view = new DataView(tcn.buffer, tcn.byteOffset);
    for (let j = 0; j < 4; j++) words[4 * i + j] = view.getUint32(4 * j, true);
  });
  return words;
}

/** Words that look random and are the same in every run. */
export function pseudoWords(count: number, seed: number): Uint32Array {
  const words = new Uint32Array(count);
  let state = seed;
  for (let i = 0; i < count; i++) {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    words[i] = mixed ^ (mixed >>> 16);
  }
  return words;
}
