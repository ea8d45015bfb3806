/** What a proof is made of: uint64 numbers, 32-byte hashes and lists of them. */
type Proof = Record<string, bigint | string | string[]>;

/** Every copy of a proof with one bit flipped in one field, with the name of that bit. */
export function* flips<P extends Proof>(proof: P): Generator<[name: string, flipped: P]> {
  for (const [field, value] of Object.entries(proof)) {
    if (typeof value === "bigint") {
      for (let bit = 0n; bit < 64n; bit++)
        yield [`${field} ${bit}`, { ...proof, [field]: value ^ (1n << bit) }];
    } else if (typeof value === "string") {
      for (const [bit, hash] of flippedHashes(value)) yield [`${field} ${bit}`, { ...proof, [field]: hash }];
    } else {
      for (const [i, element] of value.entries()) {
        for (const [bit, hash] of flippedHashes(element)) {
          yield [`${field}[${i}] ${bit}`, { ...proof, [field]: value.with(i, hash) }];
        }
      }
    }
  }
}

function* flippedHashes(hash: string): Generator<[bit: bigint, hash: string]> {
  for (let bit = 0n; bit < 256n; bit++) {
    yield [bit, `0x${(BigInt(hash) ^ (1n << bit)).toString(16).padStart(64, "0")}`];
  }
}
