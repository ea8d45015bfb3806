import { bytesToHex } from "@noble/hashes/utils.js";
import { TocsinError } from "../errors.ts";

export { bytesToHex as toHex };

/** Lower-case hex with the 0x prefix, as Ethereum writes it. */
export function to0x(bytes: Uint8Array): string {
  return `0x${bytesToHex(bytes)}`;
}

/**
 * Reads hex of either case, with or without 0x.
 * @param length the exact number of bytes asked for, if any
 * @throws HEX_INVALID naming the argument
 */
export function fromHex(text: unknown, name: string, length?: number): Uint8Array {
  if (typeof text !== "string") throw new TocsinError("HEX_INVALID", `${name} must be a string of hex`);
  const digits = text.startsWith("0x") ? text.slice(2) : text;
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) {
    throw new TocsinError("HEX_INVALID", `${name} is not hex`);
  }
  if (length !== undefined && digits.length !== 2 * length) {
    throw new TocsinError("HEX_INVALID", `${name} must be ${length} bytes of hex, not ${digits.length / 2}`);
  }
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
