/** Random words that one mix takes: one for each value of each of a TCN's 16 bytes. */
const KEY_WORDS = 16 * 256;

/** Keys for `mix`, from the platform's random source. */
export function randomMixKeys(): Int32Array {
  return crypto.getRandomValues(new Int32Array(KEY_WORDS));
}

/**
 * 32 bits that say where the TCN in words[at..at+3] belongs in a table: the XOR of one secret random word for each of
 * its bytes (simple tabulation), then a fixed permutation.
 *
 * What it gives: whatever TCNs strangers choose, without the keys each is as likely in one place as in any other, and
 * any three are independent. A chain of multiplications alone is not enough: TCNs whose highest bits cancel collide in
 * it under all keys. XOR alone is not enough either: it is linear, so TCNs made of a few chosen bits stand side by side
 * under some keys; the permutation breaks such runs up.
 * What it does not give: it is no MAC. Who sees mixed values learns the keys, so neither leaves the device.
 * @param words each the little-endian reading of four bytes
 */
export function mix(keys: Int32Array, words: Uint32Array, at: number): number {
  const a = words[at]!;
  const b = words[at + 1]!;
  const c = words[at + 2]!;
  const d = words[at + 3]!;
  const mixed =
    keys[a & 255]! ^
    keys[0x100 | ((a >>> 8) & 255)]! ^
    keys[0x200 | ((a >>> 16) & 255)]! ^
    keys[0x300 | (a >>> 24)]! ^
    keys[0x400 | (b & 255)]! ^
    keys[0x500 | ((b >>> 8) & 255)]! ^
    keys[0x600 | ((b >>> 16) & 255)]! ^
    keys[0x700 | (b >>> 24)]! ^
    keys[0x800 | (c & 255)]! ^
    keys[0x900 | ((c >>> 8) & 255)]! ^
    keys[0xa00 | ((c >>> 16) & 255)]! ^
    keys[0xb00 | (c >>> 24)]! ^
    keys[0xc00 | (d & 255)]! ^
    keys[0xd00 | ((d >>> 8) & 255)]! ^
    keys[0xe00 | ((d >>> 16) & 255)]! ^
    keys[0xf00 | (d >>> 24)]!;
  const spread = Math.imul(mixed ^ (mixed >>> 16), 0x9e3779b1);
  return spread ^ (spread >>> 15);
}
