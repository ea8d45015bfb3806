import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { TocsinError } from "../errors.ts";
import { H_TCK, MAX_INDEX, nextTck, type Tck } from "./ratchet.ts";

/** The report verification key of a rak. @throws KEY_INVALID unless the rak is 32 bytes */
export function rvkOf(rak: Uint8Array): Uint8Array {
  if (rak.length !== 32) throw new TocsinError("KEY_INVALID", `rak must be 32 bytes, not ${rak.length}`);
  return ed25519.getPublicKey(rak);
}

/** tck_0 = SHA-256("H_TCK" ‖ rak). It never yields a TCN. (TCN 0.4.1, key derivation) */
export function tck0(rak: Uint8Array): Tck {
  const rvk = rvkOf(rak);
  return { index: 0, rvk, key: sha256.create().update(H_TCK).update(rak).digest() };
}

/** tck_index of a rak, index 0 to 65535. */
export function tckAt(rak: Uint8Array, index: number): Tck {
  if (!Number.isInteger(index) || index < 0 || index > MAX_INDEX) {
    throw new TocsinError("ARGUMENT_INVALID", "index must be 0 to 65535");
  }
  let tck = tck0(rak);
  while (tck.index < index) tck = nextTck(tck);
  return tck;
}
