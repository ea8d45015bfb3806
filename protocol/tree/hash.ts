import { sha256 } from "@noble/hashes/sha2.js";
import { sharedKernel } from "../kernel/sharedKernel.ts";

const LEAF_PREFIX = new Uint8Array([0]);
const NODE_PREFIX = new Uint8Array([1]);

/** SHA-256(00 ‖ entry), 32 bytes. (RFC 6962, section 2.1) */
export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256.create().update(LEAF_PREFIX).update(entry).digest();
}

/** SHA-256(01 ‖ left ‖ right), 32 bytes. (RFC 6962, section 2.1) */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256.create().update(NODE_PREFIX).update(left).update(right).digest();
}

/** leafHash of each entry, by the kernel: a third of its price even for one. */
export function leafHashes(entries: readonly Uint8Array[]): Uint8Array[] {
  const joined = sharedKernel().hashAll(LEAF_PREFIX[0] as number, entries);
  return entries.map((_, i) => joined.subarray(i * 32, (i + 1) * 32));
}
