import { TocsinError } from "../errors.ts";
import { TCN_LENGTH } from "../tcn/ratchet.ts";
import type { ContactRecord } from "./contactRecords.ts";

/** Words of a TCN, each the little-endian reading of four of its bytes. */
export const TCN_WORDS = TCN_LENGTH / 4;

/** firstSeen, lastSeen, minDistance, averageDistance and samples. */
const NUMBERS = 5;
const LAST_SEEN = 1;
const FIRST_CAPACITY = 1_024;

/** Contact records in two arrays, 56 bytes each. Numbers are float64, so that records come back exactly. */
export interface ContactColumns {
  /** Four words a record. */
  tcns: Uint32Array;
  /** Five numbers a record; NaN where there is no distance. */
  numbers: Float64Array;
}

/** Makes the buffer of an array, zeroed. */
export type Allocate = (byteLength: number) => ArrayBufferLike;

/**
 * Writes records into columns, one after the other: they need not be known at once, nor how many there are.
 * @throws ARGUMENT_INVALID when a TCN has not 16 bytes
 */
export function writeColumns(records: Iterable<ContactRecord>, allocate: Allocate): ContactColumns {
  let tcns = new Uint32Array(FIRST_CAPACITY * TCN_WORDS);
  let numbers = new Float64Array(FIRST_CAPACITY * NUMBERS);
  let size = 0;
  for (const record of records) {
    if (size * TCN_WORDS === tcns.length) {
      tcns = grown(tcns, new Uint32Array(tcns.length * 2));
      numbers = grown(numbers, new Float64Array(numbers.length * 2));
    }
    writeRecord({ tcns, numbers }, size++, record);
  }
  return {
    tcns: grown(
      tcns.subarray(0, size * TCN_WORDS),
      new Uint32Array(allocate(size * TCN_WORDS * Uint32Array.BYTES_PER_ELEMENT)),
    ),
    numbers: grown(
      numbers.subarray(0, size * NUMBERS),
      new Float64Array(allocate(size * NUMBERS * Float64Array.BYTES_PER_ELEMENT)),
    ),
  };
}

/** The record of a number below the columns' size, as it was written. */
export function recordAt({ tcns, numbers }: ContactColumns, number: number): ContactRecord {
  const tcn = new Uint8Array(TCN_LENGTH);
  for (let i = 0; i < TCN_LENGTH; i++) tcn[i] = tcns[number * TCN_WORDS + (i >> 2)]! >>> ((i & 3) * 8);
  const at = number * NUMBERS;
  const minDistance = numbers[at + 2]!;
  const averageDistance = numbers[at + 3]!;
  return {
    tcn,
    firstSeen: numbers[at]!,
    lastSeen: numbers[at + 1]!,
    ...(Number.isNaN(minDistance) ? {} : { minDistance }),
    ...(Number.isNaN(averageDistance) ? {} : { averageDistance }),
    samples: numbers[at + 4]!,
  };
}

/** How many records were last seen before a time, unix seconds. */
export function countLastSeenBefore({ numbers }: ContactColumns, time: number): number {
  let count = 0;
  for (let at = LAST_SEEN; at < numbers.length; at += NUMBERS) if (numbers[at]! < time) count++;
  return count;
}

/** The TCNs of the records that were last seen at a time or later, unix seconds: four words each. */
export function tcnsSeenSince({ tcns, numbers }: ContactColumns, time: number): Uint32Array {
  const found = new Uint32Array(tcns.length);
  let length = 0;
  for (let at = LAST_SEEN, tcn = 0; at < numbers.length; at += NUMBERS, tcn += TCN_WORDS) {
    if (numbers[at]! < time) continue;
    found.set(tcns.subarray(tcn, tcn + TCN_WORDS), length);
    length += TCN_WORDS;
  }
  return found.subarray(0, length);
}

function writeRecord({ tcns, numbers }: ContactColumns, number: number, record: ContactRecord): void {
  const { tcn } = record;
  if (tcn.length !== TCN_LENGTH)
    throw new TocsinError("ARGUMENT_INVALID", `tcn must be 16 bytes, not ${tcn.length}`);
  for (let word = 0, i = 0; word < TCN_WORDS; word++, i += 4)
    tcns[number * TCN_WORDS + word] =
      tcn[i]! | (tcn[i + 1]! << 8) | (tcn[i + 2]! << 16) | (tcn[i + 3]! << 24);
  const at = number * NUMBERS;
  numbers[at] = record.firstSeen;
  numbers[at + 1] = record.lastSeen;
  numbers[at + 2] = record.minDistance ?? Number.NaN;
  numbers[at + 3] = record.averageDistance ?? Number.NaN;
  numbers[at + 4] = record.samples;
}

function grown<T extends Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
