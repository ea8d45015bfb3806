import { compareBytes } from "../bytes/bytes.ts";
import { TocsinError } from "../errors.ts";
import { Filter, seedWordsAt } from "./filter.ts";
import { layoutOf, MAX_FILTER_TCNS } from "./layout.ts";

/** "TOCSIN" 01 01. */
const MAGIC = new Uint8Array([0x54, 0x4f, 0x43, 0x53, 0x49, 0x4e, 0x01, 0x01]);
const SEED_AT = MAGIC.length + 4;
const HEADER_LENGTH = SEED_AT + 16;

/** The longest filter file, which is one raw block as a batch file is. */
export const MAX_FILTER_FILE_LENGTH = filterFileLength(MAX_FILTER_TCNS);

/** Bytes of the filter file of `count` different TCNs: two slots are five bytes, and slots are even in number. */
export function filterFileLength(count: number): number {
  return HEADER_LENGTH + (layoutOf(count).slots / 2) * 5;
}

/** A filter as bytes: "TOCSIN" 01 01 ‖ u32 count ‖ seed ‖ fingerprints of 20 bits, two in five bytes, all little-endian. */
export function encodeFilterFile(filter: Filter): Uint8Array {
  const { count, seed, fingerprints } = filter;
  const file = new Uint8Array(filterFileLength(count));
  const view = new DataView(file.buffer);
  file.set(MAGIC);
  view.setUint32(MAGIC.length, count, true);
  seed.forEach((word, i) => {
    view.setUint32(SEED_AT + 4 * i, word, true);
  });
  for (let slot = 0, at = HEADER_LENGTH; slot < fingerprints.length; slot += 2, at += 5) {
    const even = fingerprints[slot] as number;
    const odd = fingerprints[slot + 1] as number;
    view.setUint32(at, even | (odd << 20), true);
    file[at + 4] = odd >>> 12;
  }
  return file;
}

/**
 * Reads a filter file in its one form. That it is well-formed says nothing of what it holds: see openFilter.
 * @throws FILTER_TOO_LARGE, FILTER_INVALID
 */
export function decodeFilterFile(file: Uint8Array): Filter {
  if (file.length > MAX_FILTER_FILE_LENGTH) throw tooLarge(`a file of ${file.length} bytes`);
  if (file.length < HEADER_LENGTH) throw invalid("the file ends inside its header");
  if (compareBytes(file.subarray(0, MAGIC.length), MAGIC) !== 0) {
    throw invalid("not a Tocsin filter file of version 1");
  }
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const count = view.getUint32(MAGIC.length, true);
  if (count > MAX_FILTER_TCNS) throw tooLarge(`${count} TCNs`);
  if (file.length !== filterFileLength(count)) {
    throw invalid(`a filter of ${count} TCNs has ${filterFileLength(count)} bytes, not ${file.length}`);
  }
  const fingerprints = new Uint32Array(layoutOf(count).slots);
  for (let slot = 0, at = HEADER_LENGTH; slot < fingerprints.length; slot += 2, at += 5) {
    const low = view.getUint32(at, true);
    fingerprints[slot] = low & 0xfffff;
    fingerprints[slot + 1] = (low >>> 20) | ((file[at + 4] as number) << 12);
  }
  return new Filter(count, seedWordsAt(file, SEED_AT), fingerprints);
}

function invalid(why: string): TocsinError {
  return new TocsinError("FILTER_INVALID", why);
}

function tooLarge(what: string): TocsinError {
  return new TocsinError("FILTER_TOO_LARGE", `a filter has at most ${MAX_FILTER_TCNS} TCNs, not ${what}`);
}
