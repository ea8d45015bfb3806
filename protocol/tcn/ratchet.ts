import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { readU16LE, writeU16LE } from "../bytes/bytes.ts";
import { TocsinError } from "../errors.ts";

/** Domain of a tck's hash. */
export const H_TCK = utf8ToBytes("H_TCK");
const H_TCN = utf8ToBytes("H_TCN");

/** The last index of a ratchet: after it the rak must be rotated. */
export const MAX_INDEX = 65_535;
/** Bytes of a TCN. */
export const TCN_LENGTH = 16;
/** Bytes of a stored tck: u16le(index) ‖ rvk ‖ tck. */
export const TCK_LENGTH = 66;

/** One step of the ratchet: tck_index of the rak whose public key is rvk. Keys are 32 bytes. */
export interface Tck {
  index: number;
  rvk: Uint8Array;
  key: Uint8Array;
}

/** tck_i = SHA-256("H_TCK" ‖ rvk ‖ tck_{i-1}). @throws RATCHET_EXHAUSTED after index 65535 */
export function nextTck(tck: Tck): Tck {
  if (tck.index >= MAX_INDEX)
    throw new TocsinError("RATCHET_EXHAUSTED", "the ratchet ends at 65535: rotate the rak");
  return { index: tck.index + 1, rvk: tck.rvk, key: ratchetKey(tck.rvk, tck.key) };
}

/** tcn_i: the first 16 bytes of SHA-256("H_TCN" ‖ u16le(i) ‖ tck_i). @throws ARGUMENT_INVALID for tck_0 */
export function tcnOf(tck: Tck): Uint8Array {
  if (tck.index < 1) throw new TocsinError("ARGUMENT_INVALID", "tck_0 yields no TCN");
  return deriveTcn(tck.index, tck.key);
}

/**
 * The TCNs of indices j1 to j2, both included, joined in order: 16 × (j2 − j1 + 1) bytes.
 * @param tckBeforeJ1 tck_{j1−1}, as a report carries it
 */
export function expandTcns(rvk: Uint8Array, tckBeforeJ1: Uint8Array, j1: number, j2: number): Uint8Array {
  const tcns = new Uint8Array(TCN_LENGTH * Math.max(0, j2 - j1 + 1));
  let key = tckBeforeJ1;
  for (let index = j1; index <= j2; index++) {
    key = ratchetKey(rvk, key);
    tcns.set(deriveTcn(index, key), (index - j1) * TCN_LENGTH);
  }
  return tcns;
}

/** A tck as it is stored: 66 bytes. */
export function encodeTck(tck: Tck): Uint8Array {
  const bytes = new Uint8Array(TCK_LENGTH);
  writeU16LE(bytes, 0, tck.index);
  bytes.set(tck.rvk, 2);
  bytes.set(tck.key, 34);
  return bytes;
}

/** @throws TCK_INVALID unless there are exactly 66 bytes */
export function decodeTck(bytes: Uint8Array): Tck {
  if (bytes.length !== TCK_LENGTH)
    throw new TocsinError("TCK_INVALID", `a stored tck is 66 bytes, not ${bytes.length}`);
  return { index: readU16LE(bytes, 0), rvk: bytes.slice(2, 34), key: bytes.slice(34, 66) };
}

function ratchetKey(rvk: Uint8Array, key: Uint8Array): Uint8Array {
  return sha256.create().update(H_TCK).update(rvk).update(key).digest();
}

function deriveTcn(index: number, key: Uint8Array): Uint8Array {
  const u16 = new Uint8Array([index & 0xff, index >>> 8]);
  return sha256.create().update(H_TCN).update(u16).update(key).digest().subarray(0, TCN_LENGTH);
}
