import { computeAddress, getAddress, TypedDataEncoder, verifyTypedData, Wallet } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readUintBE, uintBE } from "../bytes/bytes.ts";
import { fromHex, to0x } from "../bytes/hex.ts";
import { TocsinError } from "../errors.ts";
import {
  readReceipt,
  receiptDigest,
  receiptSigner,
  receiptToJson,
  signReceipt,
  verifyReceipt,
  type Receipt,
  type SignedReceipt,
} from "./receipt.ts";

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const receipt: fc.Arbitrary<Receipt> = fc.record({
  chainId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  registry: bytes(20),
  logId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  leaf: bytes(32),
  deadline: fc.maxSafeNat(),
});
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const privateKey = fc.bigInt({ min: 1n, max: ORDER - 1n }).map((key) => uintBE(key, 32));

const typed = ({
  chainId,
  registry,
  logId,
  leaf,
  deadline,
}: Receipt): Parameters<typeof TypedDataEncoder.hash> => [
  { name: "Tocsin", version: "1", chainId, verifyingContract: getAddress(to0x(registry)) },
  {
    Receipt: [
      { name: "logId", type: "uint256" },
      { name: "leaf", type: "bytes32" },
      { name: "deadline", type: "uint64" },
    ],
  },
  { logId, leaf: to0x(leaf), deadline },
];

const signed = signReceipt(
  {
    chainId: 1,
    registry: new Uint8Array(20).fill(3),
    logId: 7,
    leaf: new Uint8Array(32).fill(5),
    deadline: 99,
  },
  new Uint8Array(32).fill(7),
);

describe("receipts", () => {
  it("have the digest, the signature and the signer that ethers gives them", async () => {
    await fc.assert(
      fc.asyncProperty(receipt, privateKey, async (made, key) => {
        const [domain, types, value] = typed(made);
        expect(to0x(receiptDigest(made))).toBe(TypedDataEncoder.hash(domain, types, value));
        const ours = signReceipt(made, key);
        const wallet = new Wallet(to0x(key));
        expect(to0x(ours.signature)).toBe(await wallet.signTypedData(domain, types, value));
        expect(verifyTypedData(domain, types, value, to0x(ours.signature))).toBe(wallet.address);
        expect(getAddress(to0x(receiptSigner(ours)))).toBe(computeAddress(to0x(key)));
        verifyReceipt(ours, fromHex(wallet.address, "address", 20));
      }),
      { numRuns: 25 },
    );
  });

  it("come back from JSON as they were", () => {
    fc.assert(
      fc.property(receipt, bytes(65), (made, signature) => {
        const whole = { ...made, signature };
        expect(readReceipt(JSON.parse(JSON.stringify(receiptToJson(whole))))).toEqual(whole);
      }),
    );
  });

  it("are refused with any single bit flipped, and for any other signer", () => {
    const operator = receiptSigner(signed);
    const invalid = expect.objectContaining({ code: "RECEIPT_INVALID" });
    const refused = (changed: SignedReceipt): void => {
      expect(() => {
        verifyReceipt(changed, operator);
      }).toThrow(invalid);
    };
    const flips = [
      ...(["registry", "leaf", "signature"] as const).flatMap((field) =>
        Array.from({ length: signed[field].length * 8 }, (_, bit) => {
          const byte = signed[field][bit >> 3]! ^ (1 << (bit & 7));
          return { ...signed, [field]: signed[field].with(bit >> 3, byte) };
        }),
      ),
      ...(["chainId", "logId", "deadline"] as const).flatMap((field) =>
        Array.from({ length: 53 }, (_, bit) => {
          return { ...signed, [field]: Number(BigInt(signed[field]) ^ (1n << BigInt(bit))) };
        }),
      ),
    ];
    fc.assert(fc.property(fc.constantFrom(...flips), refused), { numRuns: 250 });
    expect(() => {
      verifyReceipt(signed, operator.toReversed());
    }).toThrow(invalid);
  });

  it("are refused with the second signature that verifies: no contract would take it", () => {
    const mirrored = new Uint8Array(signed.signature);
    mirrored.set(uintBE(ORDER - readUintBE(signed.signature.subarray(32, 64)), 32), 32);
    mirrored[64] = 27 + 28 - signed.signature[64]!;
    const [domain, types, value] = typed(signed);
    expect(() => verifyTypedData(domain, types, value, to0x(mirrored))).toThrow(/non-canonical/);
    expect(() => receiptSigner({ ...signed, signature: mirrored })).toThrow(
      expect.objectContaining({ code: "RECEIPT_INVALID" }),
    );
  });

  it("never make the signer's recovery throw anything of another kind", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.constantFrom(0, 1, 26, 27, 28, 29), (signature, v) => {
        if (signature.length > 64) signature[64] = v;
        try {
          expect(receiptSigner({ ...signed, signature })).toHaveLength(20);
        } catch (error) {
          expect(error).toBeInstanceOf(TocsinError);
        }
      }),
    );
  });
});
