import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { toHex } from "../bytes/hex.ts";
import { TocsinError } from "../errors.ts";

/** The request header that carries the nonce, 16 digits of hex. */
export const WORK_HEADER = "tocsin-work";
/** The header of a 428 answer that says how many bits are asked for. */
export const WORK_BITS_HEADER = "tocsin-work-bits";
/** More is never asked for nor solved: some 270 million hashes. */
export const MAX_WORK_BITS = 28;

const LABEL = utf8ToBytes("TOCSIN work");
const NONCE_AT = LABEL.length + 32;
const NONCE_LENGTH = 8;
/** Hashes between two pauses: a few milliseconds. */
const CHUNK = 4_096;

/**
 * Whether SHA-256("TOCSIN work" ‖ SHA-256(body) ‖ nonce) begins with at least that many zero bits.
 * @param body of the request, as it is sent
 * @param nonce as the header carries it; anything but 16 digits of hex shows no work
 */
export function hasWork(body: Uint8Array, nonce: unknown, bits: number): boolean {
  if (typeof nonce !== "string" || !/^[0-9a-f]{16}$/i.test(nonce)) return false;
  const message = messageOf(body);
  new DataView(message.buffer).setBigUint64(NONCE_AT, BigInt(`0x${nonce}`));
  return leadingZeroBits(sha256(message)) >= bits;
}

/**
 * Finds a nonce for hasWork: some 2^bits hashes.
 * @param bits 0 to 28
 * @param pause is awaited every few milliseconds with the number of hashes so far; what it throws ends the search
 * @returns 16 digits of hex
 * @throws ARGUMENT_INVALID for other numbers of bits
 */
export async function solveWork(
  body: Uint8Array,
  bits: number,
  pause: (tried: number) => Promise<void>,
): Promise<string> {
  if (!Number.isInteger(bits) || bits < 0 || bits > MAX_WORK_BITS) {
    throw new TocsinError("ARGUMENT_INVALID", `bits of work must be from 0 to ${MAX_WORK_BITS}, not ${bits}`);
  }
  const message = messageOf(body);
  const view = new DataView(message.buffer);
  for (let tried = 0; ; tried++) {
    if (tried > 0 && tried % CHUNK === 0) await pause(tried);
    view.setUint32(NONCE_AT, Math.floor(tried / 2 ** 32));
    view.setUint32(NONCE_AT + 4, tried % 2 ** 32);
    if (leadingZeroBits(sha256(message)) >= bits) return toHex(message.subarray(NONCE_AT));
  }
}

function messageOf(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(NONCE_AT + NONCE_LENGTH);
  message.set(LABEL);
  message.set(sha256(body), LABEL.length);
  return message;
}

function leadingZeroBits(digest: Uint8Array): number {
  let bits = 0;
  for (const byte of digest) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24;
    bits += 8;
  }
  return bits;
}
