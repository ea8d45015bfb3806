import { compareBytes, readU16LE, writeU16LE } from "../bytes/bytes.ts";
import { TocsinError } from "../errors.ts";
import { checkEntryLength } from "../entry/entry.ts";
import { leafHashes } from "../tree/hash.ts";

/** "TOCSIN" 00 01. */
const MAGIC = new Uint8Array([0x54, 0x4f, 0x43, 0x53, 0x49, 0x4e, 0x00, 0x01]);
const HEADER_LENGTH = MAGIC.length + 4;
const LENGTH_PREFIX = 2;

/** A batch file is one raw block: at most 1 MiB. */
export const MAX_BATCH_FILE_LENGTH = 1_048_576;

/** The entries of a batch in file order, which is the order of their leaves, and those leaves. */
export interface Batch {
  entries: Uint8Array[];
  /** Leaf hashes, 32 bytes each. */
  leaves: Uint8Array[];
}

/** Bytes that a batch file of entries of these lengths takes. */
export function batchFileLength(entryLengths: Iterable<number>): number {
  let length = HEADER_LENGTH;
  for (const entryLength of entryLengths) length += LENGTH_PREFIX + entryLength;
  return length;
}

/** Orders entries by leaf hash, so that a batch betrays no order of arrival; the same entry twice counts once. */
export function sortEntries(entries: readonly Uint8Array[]): Batch {
  const leaves = leafHashes(entries);
  const pairs = entries
    .map((entry, i) => ({ entry, leaf: leaves[i] as Uint8Array }))
    .sort((a, b) => compareBytes(a.leaf, b.leaf))
    .filter((pair, i, all) => i === 0 || compareBytes(pair.leaf, (all[i - 1] as typeof pair).leaf) !== 0);
  return { entries: pairs.map((pair) => pair.entry), leaves: pairs.map((pair) => pair.leaf) };
}

/** The one form of a batch as bytes. @throws BATCH_EMPTY, BATCH_TOO_LARGE, BATCH_NOT_SORTED, ENTRY_INVALID */
export function encodeBatchFile(batch: Batch): Uint8Array {
  if (batch.entries.length === 0) throw new TocsinError("BATCH_EMPTY", "a batch has at least one entry");
  const length = batchFileLength(batch.entries.map((entry) => entry.length));
  checkLength(length);
  const file = new Uint8Array(length);
  file.set(MAGIC, 0);
  new DataView(file.buffer).setUint32(MAGIC.length, batch.entries.length, true);
  let offset = HEADER_LENGTH;
  batch.entries.forEach((entry, i) => {
    checkEntryLength(entry);
    checkOrder(batch.leaves, i);
    writeU16LE(file, offset, entry.length);
    file.set(entry, offset + LENGTH_PREFIX);
    offset += LENGTH_PREFIX + entry.length;
  });
  return file;
}

/**
 * Reads a batch file in its one form. Entries of unknown kinds are kept: they count in the root. Entries are views of
 * the file.
 * @throws BATCH_MAGIC_INVALID, BATCH_TRUNCATED, BATCH_TRAILING_BYTES, BATCH_TOO_LARGE, BATCH_EMPTY,
 *   BATCH_NOT_SORTED, ENTRY_INVALID
 */
export function decodeBatchFile(file: Uint8Array): Batch {
  checkLength(file.length);
  if (file.length < HEADER_LENGTH)
    throw new TocsinError("BATCH_TRUNCATED", "the file ends inside its header");
  if (compareBytes(file.subarray(0, MAGIC.length), MAGIC) !== 0) {
    throw new TocsinError("BATCH_MAGIC_INVALID", "not a Tocsin batch file of version 1");
  }
  const count = new DataView(file.buffer, file.byteOffset).getUint32(MAGIC.length, true);
  if (count === 0) throw new TocsinError("BATCH_EMPTY", "a batch has at least one entry");
  const entries: Uint8Array[] = [];
  let offset = HEADER_LENGTH;
  for (let i = 0; i < count; i++) {
    const start = offset + LENGTH_PREFIX;
    if (start > file.length) throw new TocsinError("BATCH_TRUNCATED", `the file ends before entry ${i}`);
    offset = start + readU16LE(file, start - LENGTH_PREFIX);
    if (offset > file.length) throw new TocsinError("BATCH_TRUNCATED", `the file ends inside entry ${i}`);
    const entry = file.subarray(start, offset);
    checkEntryLength(entry);
    entries.push(entry);
  }
  if (offset !== file.length) {
    throw new TocsinError("BATCH_TRAILING_BYTES", `${file.length - offset} bytes follow the last entry`);
  }
  const leaves = leafHashes(entries);
  leaves.forEach((_, i) => {
    checkOrder(leaves, i);
  });
  return { entries, leaves };
}

function checkLength(length: number): void {
  if (length > MAX_BATCH_FILE_LENGTH) {
    throw new TocsinError("BATCH_TOO_LARGE", `a batch file has at most 1 MiB, not ${length} bytes`);
  }
}

function checkOrder(leaves: readonly Uint8Array[], i: number): void {
  if (i > 0 && compareBytes(leaves[i - 1] as Uint8Array, leaves[i] as Uint8Array) >= 0) {
    throw new TocsinError(
      "BATCH_NOT_SORTED",
      `entry ${i} is not after the one before it in the order of leaves`,
    );
  }
}
