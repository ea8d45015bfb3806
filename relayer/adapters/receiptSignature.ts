import { createRequire } from "node:module";
import { receiptDigest, signReceipt, type Receipt } from "@tocsin/protocol/receipt/receipt.ts";

/** What of libsecp256k1's binding is used. */
interface Secp256k1 {
  ecdsaSign(digest: Uint8Array, privateKey: Uint8Array): { signature: Uint8Array; recid: number };
}

/** A receipt's signature: r ‖ s ‖ v, 65 bytes. */
export type Sign = (receipt: Receipt) => Uint8Array;

/**
 * Bitcoin's libsecp256k1, whose binary comes with the package for some systems. The package's own substitute in
 * JavaScript is passed over: elsewhere the protocol's curve signs.
 */
const native = ((): Secp256k1 | undefined => {
  try {
    return createRequire(import.meta.url)("secp256k1/bindings.js") as Secp256k1;
  } catch {
    return undefined;
  }
})();

/**
 * Signs receipts with a secp256k1 key, with the same signatures every time (RFC 6979) and on every system. Natively it
 * is some seven times as fast.
 * @param privateKey 32 bytes
 */
export function receiptSignature(privateKey: Uint8Array): Sign {
  if (!native) return plainSignature(privateKey);
  return (receipt) => {
    const { signature, recid } = native.ecdsaSign(receiptDigest(receipt), privateKey);
    const signed = new Uint8Array(65);
    signed.set(signature);
    signed[64] = 27 + recid;
    return signed;
  };
}

/** The second implementation, which tests compare with. */
export function plainSignature(privateKey: Uint8Array): Sign {
  return (receipt) => signReceipt(receipt, privateKey).signature;
}
