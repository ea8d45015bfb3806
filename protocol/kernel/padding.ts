/** Bytes of a block of SHA-256. */
export const BLOCK = 64;

/** How many blocks a message of `length` bytes takes with its prefix byte, a bit, and its length in eight bytes. */
export function blocksOf(length: number): number {
  return Math.ceil((1 + length + 1 + 8) / BLOCK);
}

/**
 * Writes blocks `first` to `first + count - 1` of (prefix byte ‖ message), padded as SHA-256 reads it.
 * (FIPS 180-4, section 5.1.1)
 */
export function writePadded(
  target: Uint8Array,
  offset: number,
  prefix: number,
  message: Uint8Array,
  first: number,
  count: number,
): void {
  const start = first * BLOCK;
  const end = start + count * BLOCK;
  const at = offset - start;
  if (start === 0) target[at] = prefix;
  const from = Math.max(0, start - 1);
  const to = Math.min(message.length, end - 1);
  if (from === 0 && to === message.length) target.set(message, at + 1);
  else if (from < to) target.set(message.subarray(from, to), at + 1 + from);
  const padding = 1 + message.length;
  if (padding >= end) return;
  target.fill(0, at + Math.max(start, padding), at + end);
  if (padding >= start) target[at + padding] = 0x80;
  if (first + count < blocksOf(message.length)) return;
  // Lengths of arrays fit 53 bits, and with three more still seven bytes.
  for (let i = 1, bits = padding * 8; bits > 0; i++, bits = Math.floor(bits / 256))
    target[at + end - i] = bits;
}
