import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { verifyEd25519 } from "./signature.ts";
import { verifyEd25519WithNoble } from "./signatureNoble.ts";

const { Point } = ed25519;
const L = Point.Fn.ORDER;

interface Signed {
  rvk: Uint8Array;
  signature: Uint8Array;
  message: Uint8Array;
}

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const message = fc.uint8Array({ maxLength: 325 });

function littleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}

function toBigInt(encoded: Uint8Array): bigint {
  return encoded.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** The eight points of small order: multiples of one that has order 8. */
const order8 = Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");
const smallOrder = Array.from({ length: 8 }, (_, i) => order8.multiplyUnsafe(BigInt(i)));

const honest: fc.Arbitrary<Signed> = fc.record({ rak: bytes(32), message }).map((made) => ({
  rvk: ed25519.getPublicKey(made.rak),
  signature: ed25519.sign(made.message, made.rak),
  message: made.message,
}));

/** s = r + k·a over a key and an R that each carry a point of small order: verifiers disagree on these. */
const mixedOrder: fc.Arbitrary<Signed> = fc
  .record({ rak: bytes(32), nonce: bytes(32), t: fc.nat(7), u: fc.nat(7), message })
  .map(({ rak, nonce, t, u, message: text }) => {
    const { scalar } = ed25519.utils.getExtendedPublicKey(rak);
    const r = (toBigInt(nonce) % (L - 1n)) + 1n;
    const rvk = Point.BASE.multiply(scalar).add(smallOrder[t]!).toBytes();
    const bigR = Point.BASE.multiply(r).add(smallOrder[u]!).toBytes();
    const k = toBigInt(sha512(new Uint8Array([...bigR, ...rvk, ...text]))) % L;
    return {
      rvk,
      signature: new Uint8Array([...bigR, ...littleEndian((r + k * scalar) % L)]),
      message: text,
    };
  });

/** Encodings that are special to some verifier: small order, y at least p, x = 0 with its sign bit set. */
const oddPoint = fc.oneof(
  fc.constantFrom(...smallOrder.map((point) => point.toBytes())),
  fc.nat(40).map((i) => littleEndian(2n ** 255n - 20n + BigInt(i % 20))),
  bytes(32),
);
const oddScalar = fc.oneof(
  fc.constantFrom(0n, 1n, L - 1n, L, L + 1n, 2n ** 252n, 2n ** 256n - 1n).map(littleEndian),
  bytes(32),
);

/** Honest and mixed-order signatures with a part exchanged for something odd now and then. */
const mixed: fc.Arbitrary<Signed> = fc
  .record({
    base: fc.oneof(honest, mixedOrder),
    rvk: fc.option(oddPoint, { freq: 4 }),
    r: fc.option(oddPoint, { freq: 4 }),
    s: fc.option(oddScalar, { freq: 4 }),
    sign: fc.boolean(),
    addL: fc.boolean(),
  })
  .map(({ base, rvk, r, s, sign, addL }) => {
    const signature = new Uint8Array(base.signature);
    if (r) signature.set(r, 0);
    if (s) signature.set(s, 32);
    if (addL) signature.set(littleEndian(toBigInt(signature.subarray(32)) + L), 32);
    const key = new Uint8Array(rvk ?? base.rvk);
    if (rvk && sign) key[31]! ^= 0x80;
    return { rvk: key, signature, message: base.message };
  });

const both = async ({ rvk, signature, message: text }: Signed): Promise<boolean[]> => [
  await verifyEd25519(rvk, signature, text),
  verifyEd25519WithNoble(rvk, signature, text),
];

describe("Ed25519 signatures, on the platform and on noble's curve", () => {
  it("are accepted when honest", async () => {
    await fc.assert(
      fc.asyncProperty(honest, async (signed) => {
        expect(await both(signed)).toEqual([true, true]);
      }),
      { numRuns: 60 },
    );
  });

  it("are refused with any bit flipped, of key, signature or message", async () => {
    await fc.assert(
      fc.asyncProperty(honest, fc.nat(), async (signed, pick) => {
        const flipped = { ...signed, message: new Uint8Array(signed.message) };
        flipped.rvk = new Uint8Array(signed.rvk);
        flipped.signature = new Uint8Array(signed.signature);
        const parts = [flipped.rvk, flipped.signature, flipped.message].filter((part) => part.length > 0);
        const part = parts[pick % parts.length]!;
        const bit = Math.floor(pick / parts.length) % (part.length * 8);
        part[bit >> 3]! ^= 1 << (bit & 7);
        expect(await both(flipped)).toEqual([false, false]);
      }),
      { numRuns: 100 },
    );
  });

  it("get one answer on inputs on which verifiers disagree", async () => {
    await fc.assert(
      fc.asyncProperty(mixed, async (signed) => {
        const [platform, noble] = await both(signed);
        expect(noble).toBe(platform);
      }),
      { numRuns: 400 },
    );
  });

  it("get one answer over keys and Rs of mixed order, by the cofactorless rule", async () => {
    await fc.assert(
      fc.asyncProperty(mixedOrder, async (signed) => {
        const [platform, noble] = await both(signed);
        expect(noble).toBe(platform);
      }),
      { numRuns: 100 },
    );
  });

  it("are refused when key or R is of small order, whatever the rest says", async () => {
    const text = new Uint8Array(3);
    for (const point of smallOrder) {
      const [small, base] = [point.toBytes(), Point.BASE.toBytes()];
      const zero = new Uint8Array(32);
      expect(
        await both({ rvk: small, signature: new Uint8Array([...base, ...zero]), message: text }),
      ).toEqual([false, false]);
      expect(
        await both({ rvk: base, signature: new Uint8Array([...small, ...zero]), message: text }),
      ).toEqual([false, false]);
    }
  });

  it("are refused at any other length", async () => {
    for (const [key, signature] of [
      [31, 64],
      [33, 64],
      [32, 63],
      [32, 65],
      [0, 0],
    ] as const) {
      const signed = { rvk: new Uint8Array(key).fill(9), signature: new Uint8Array(signature).fill(9) };
      expect(await both({ ...signed, message: new Uint8Array() })).toEqual([false, false]);
    }
  });
});
