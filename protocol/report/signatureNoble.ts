import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { equalBytes } from "../bytes/bytes.ts";
import { isCandidate } from "./signature.ts";

const { Point } = ed25519;
const L = Point.Fn.ORDER;

/**
 * The rule of verifyEd25519 on noble's curve: R' = s·B − k·A, encoded, must equal R. A twelfth of the platform's speed.
 * It expects what verifyEd25519 lets through, and is exported as the second implementation that tests compare with.
 */
export function verifyEd25519WithNoble(rvk: Uint8Array, signature: Uint8Array, message: Uint8Array): boolean {
  if (!isCandidate(rvk, signature)) return false;
  const r = signature.subarray(0, 32);
  let a: InstanceType<typeof Point>;
  try {
    a = Point.fromBytes(rvk);
  } catch {
    return false;
  }
  const k = littleEndian(sha512.create().update(r).update(rvk).update(message).digest()) % L;
  const s = littleEndian(signature.subarray(32));
  if (s >= L) return false;
  const expected = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k));
  return equalBytes(expected.toBytes(), r);
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number);
  return value;
}
