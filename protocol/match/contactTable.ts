import { TocsinError } from "../errors.ts";
import {
  countLastSeenBefore,
  tcnsSeenSince,
  recordAt,
  TCN_WORDS,
  writeColumns,
  type Allocate,
  type ContactColumns,
} from "./contactColumns.ts";
import type { ContactRecord } from "./contactRecords.ts";
import { mix, randomMixKeys } from "./keyedMix.ts";

/** Bits of the filter for each distinct TCN, at least: a number that nobody was seen with passes once in 16 times at most. */
const FILTER_BITS = 16;
const WORD_BITS = 32;

/** Everything that a contact table consists of: plain typed arrays that can be posted to a worker. */
export interface ContactTableData extends ContactColumns {
  size: number;
  /** Of the mix that places TCNs. They stay on the device. */
  keys: Int32Array;
  /** For each record the number + 1 of the next one of the same TCN, 0 where there is none. */
  next: Uint32Array;
  /** Number + 1 of the first record of each TCN, 0 where a slot is free. A power of two of them, at most half of them taken. */
  slots: Uint32Array;
  /** A power of two of bits. The bit of every TCN in the table is set. */
  filter: Uint32Array;
}

/**
 * The contact records of a device, found by their TCN: open addressing with linear probing behind a one-bit filter, so
 * that a number nobody was seen with costs one access to memory. TCNs are chosen by strangers, so their places depend on
 * secret keys (keyedMix.ts). 2 million records take 141 MB.
 */
export class ContactTable {
  readonly #data: ContactTableData;
  readonly #keys: Int32Array;
  readonly #tcns: Uint32Array;
  readonly #slots: Uint32Array;
  readonly #filter: Uint32Array;
  readonly #slotShift: number;
  readonly #filterMask: number;

  private constructor(data: ContactTableData) {
    this.#data = data;
    this.#keys = data.keys;
    this.#tcns = data.tcns;
    this.#slots = data.slots;
    this.#filter = data.filter;
    this.#slotShift = slotShift(data.slots);
    this.#filterMask = filterMask(data.filter);
  }

  /**
   * Builds from records, which may be made one by one. Buffers are shared memory where it is allowed.
   * @throws ARGUMENT_INVALID when a TCN has not 16 bytes
   */
  static from(records: Iterable<ContactRecord>, allocate: Allocate = allocateShared): ContactTable {
    const columns = writeColumns(records, allocate);
    const size = columns.tcns.length / TCN_WORDS;
    const random = randomMixKeys();
    const keys = new Int32Array(allocate(random.byteLength));
    keys.set(random);
    const words = (length: number): Uint32Array =>
      new Uint32Array(allocate(length * Uint32Array.BYTES_PER_ELEMENT));
    const next = words(size);
    const slots = words(powerOfTwo(Math.max(2, 2 * size)));
    const distinct = fillSlots(columns.tcns, keys, slots, next);
    const filter = words(powerOfTwo(Math.max(WORD_BITS, FILTER_BITS * distinct)) / WORD_BITS);
    fillFilter(columns.tcns, keys, slots, filter);
    return new ContactTable({ ...columns, size, keys, next, slots, filter });
  }

  /** A table over the buffers of another, in the same thread or posted from one of the same program. */
  static over(data: ContactTableData): ContactTable {
    return new ContactTable(data);
  }

  /** How many records there are. */
  get size(): number {
    return this.#data.size;
  }

  /** Bytes that all buffers take. */
  get byteLength(): number {
    const { keys, tcns, numbers, next, slots, filter } = this.#data;
    return [keys, tcns, numbers, next, slots, filter].reduce((sum, array) => sum + array.byteLength, 0);
  }

  /**
   * Number of the first record with the TCN in words[at..at+3], or -1.
   * @param words each the little-endian reading of four bytes of a TCN
   */
  find(words: Uint32Array, at: number): number {
    const hash = mix(this.#keys, words, at);
    const bit = hash & this.#filterMask;
    if (((this.#filter[bit >>> 5]! >>> (bit & 31)) & 1) === 0) return -1;
    return this.#slots[slotOf(this.#slots, this.#tcns, hash >>> this.#slotShift, words, at)]! - 1;
  }

  /** Number of the next record of the same TCN, in the order in which they were given, or -1. */
  next(record: number): number {
    return (this.#data.next[record] ?? 0) - 1;
  }

  /**
   * A copy of a record, exactly as it was given.
   * @param number from 0 to size - 1
   * @throws ARGUMENT_INVALID
   */
  record(number: number): ContactRecord {
    if (!Number.isInteger(number) || number < 0 || number >= this.size)
      throw new TocsinError("ARGUMENT_INVALID", `number must be a whole number below ${this.size}`);
    return recordAt(this.#data, number);
  }

  /** How many records were last seen before a time, unix seconds. */
  countLastSeenBefore(time: number): number {
    return countLastSeenBefore(this.#data, time);
  }

  /** The TCNs of the records that were last seen at a time or later, unix seconds: a copy, four words each. */
  tcnsSeenSince(time: number): Uint32Array {
    return tcnsSeenSince(this.#data, time);
  }

  /** All buffers, to be posted to workers and given to `over` there: seen by all where they are shared, copied elsewhere. */
  toShared(): ContactTableData {
    return this.#data;
  }
}

/** Shared memory in Node and in isolated pages, memory of this thread elsewhere. */
function allocateShared(byteLength: number): ArrayBufferLike {
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
  return typeof SharedArrayBuffer === "function" && crossOriginIsolated !== false
    ? new SharedArrayBuffer(byteLength)
    : new ArrayBuffer(byteLength);
}

/** Places all records and returns how many distinct TCNs they have. From the last to the first, so that chains begin with the first. */
function fillSlots(tcns: Uint32Array, keys: Int32Array, slots: Uint32Array, next: Uint32Array): number {
  const shift = slotShift(slots);
  let distinct = 0;
  for (let record = next.length - 1; record >= 0; record--) {
    const at = record * TCN_WORDS;
    const slot = slotOf(slots, tcns, mix(keys, tcns, at) >>> shift, tcns, at);
    const following = slots[slot]!;
    if (following === 0) distinct++;
    next[record] = following;
    slots[slot] = record + 1;
  }
  return distinct;
}

function fillFilter(tcns: Uint32Array, keys: Int32Array, slots: Uint32Array, filter: Uint32Array): void {
  const mask = filterMask(filter);
  for (const taken of slots) {
    if (taken === 0) continue;
    const bit = mix(keys, tcns, (taken - 1) * TCN_WORDS) & mask;
    filter[bit >>> 5]! |= 1 << (bit & 31);
  }
}

/** The slot that holds the TCN in words[at..at+3], or the free one where its search ends; half of all slots are free. */
function slotOf(slots: Uint32Array, tcns: Uint32Array, home: number, words: Uint32Array, at: number): number {
  for (let slot = home; ; slot = (slot + 1) & (slots.length - 1)) {
    const taken = slots[slot]!;
    if (taken === 0) return slot;
    const own = (taken - 1) * TCN_WORDS;
    if (
      tcns[own] === words[at] &&
      tcns[own + 1] === words[at + 1] &&
      tcns[own + 2] === words[at + 2] &&
      tcns[own + 3] === words[at + 3]
    )
      return slot;
  }
}

/** The slot comes from the upper bits of the mix and the filter's bit from the lower ones: they share few. */
function slotShift(slots: Uint32Array): number {
  return 1 + Math.clz32(slots.length);
}

function filterMask(filter: Uint32Array): number {
  return filter.length * WORD_BITS - 1;
}

/** @param atLeast from 2 to 2^32 */
function powerOfTwo(atLeast: number): number {
  return 2 ** (32 - Math.clz32(atLeast - 1));
}
