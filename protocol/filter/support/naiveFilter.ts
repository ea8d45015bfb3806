import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

// A second implementation of docs/formats.md, "Filter", straight from its text: big integers, lists and sets, no regard
// for speed. It shares nothing with the first one.

const WORD = 1n << 32n;

const rotate = (x: bigint, by: bigint): bigint => ((x << by) | (x >> (32n - by))) % WORD;

type State = [bigint, bigint, bigint, bigint];

function permute([a, b, c, d]: State): State {
  for (let round = 0; round < 8; round++) {
    a = (a + b) % WORD;
    b = rotate(b, 5n) ^ a;
    a = rotate(a, 16n);
    c = (c + d) % WORD;
    d = rotate(d, 8n) ^ c;
    a = (a + d) % WORD;
    d = rotate(d, 13n) ^ a;
    c = (c + b) % WORD;
    b = rotate(b, 7n) ^ c;
    c = rotate(c, 16n);
  }
  return [a, b, c, d];
}

/** The permutation backwards: what a relayer needs to find TCNs that have their slots in common. */
export function permuteBack([a, b, c, d]: State): State {
  for (let round = 0; round < 8; round++) {
    c = rotate(c, 16n);
    b = rotate(b ^ c, 25n);
    c = (c - b + WORD) % WORD;
    d = rotate(d ^ a, 19n);
    a = (a - d + WORD) % WORD;
    d = rotate(d ^ c, 24n);
    c = (c - d + WORD) % WORD;
    a = rotate(a, 16n);
    b = rotate(b ^ a, 27n);
    a = (a - b + WORD) % WORD;
  }
  return [a, b, c, d];
}

const SEGMENT_BITS = [3, 3, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 10, 11];
const SPARE = [0, 16, 16, 16, 16, 200, 24, 96, 52, 80, 44, 58, 44, 46, 36, 27, 20, 25, 18];

const fromLE = (bytes: Uint8Array): bigint =>
  [...bytes].reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
const toLE = (value: bigint, length: number): number[] =>
  Array.from({ length }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));

export const stateOf = (bytes: Uint8Array): State =>
  [0, 4, 8, 12].map((at) => fromLE(bytes.subarray(at, at + 4))) as State;
export const bytesOf = (state: State): Uint8Array => new Uint8Array(state.flatMap((word) => toLE(word, 4)));

export function naiveSeed(leaves: readonly Uint8Array[], attempt: number): Uint8Array {
  const number = toLE(BigInt(attempt), 4);
  const joined = [...utf8ToBytes("TOCSIN filter"), ...number, ...leaves.flatMap((leaf) => [...leaf])];
  return sha256(new Uint8Array(joined)).slice(0, 16);
}

/** The filter file of TCNs of 16 bytes, or undefined when every attempt fails. */
export function naiveFilterFile(
  tcns: readonly Uint8Array[],
  leaves: readonly Uint8Array[],
): Uint8Array | undefined {
  const distinct = [...new Set(tcns.map(bytesToHex))].map(hexToBytes);
  for (let attempt = 0; attempt < 32; attempt++) {
    const seed = naiveSeed(leaves, attempt);
    const slots = naiveSlots(distinct, seed);
    if (!slots) continue;
    const bits = slots.reduceRight((value, slot) => (value << 20n) | slot, 0n);
    return new Uint8Array([
      ...utf8ToBytes("TOCSIN\x01\x01"),
      ...toLE(BigInt(distinct.length), 4),
      ...seed,
      ...toLE(bits, (slots.length * 20) / 8),
    ]);
  }
  return undefined;
}

function naiveSlots(tcns: readonly Uint8Array[], seed: Uint8Array): bigint[] | undefined {
  if (tcns.length === 0) return [];
  const bits = tcns.length.toString(2).length;
  const segment = 2 ** SEGMENT_BITS[bits]!;
  const starts = Math.ceil(Math.ceil((tcns.length * (256 + SPARE[bits]!)) / 256) / segment);
  const key = stateOf(seed);
  const keys = tcns.map((tcn) => {
    const [a, b, c, d] = permute(stateOf(tcn).map((word, i) => word ^ key[i]!) as State);
    const start = Number(((a >> 16n) * BigInt(starts)) >> 16n);
    const places = [a, b, b >> 16n, c].map((x, i) => (start + i) * segment + (Number(x) % segment));
    return { places, fingerprint: d >> 12n };
  });

  const members = Array.from({ length: (starts + 3) * segment }, () => new Set<(typeof keys)[number]>());
  for (const each of keys) for (const place of each.places) members[place]!.add(each);
  const order: { own: number; key: (typeof keys)[number] }[] = [];
  for (let first = 0; first < members.length; first++) {
    const pending = [first];
    for (let own = pending.pop(); own !== undefined; own = pending.pop()) {
      if (members[own]!.size !== 1) continue;
      const [taken] = members[own]!;
      order.push({ own, key: taken! });
      for (const place of taken!.places) {
        members[place]!.delete(taken!);
        if (members[place]!.size === 1) pending.push(place);
      }
    }
  }
  if (order.length < keys.length) return undefined;
  const slots = members.map(() => 0n);
  for (const { own, key: taken } of order.reverse())
    slots[own] = taken.places.reduce((value, place) => value ^ slots[place]!, taken.fingerprint);
  return slots;
}
