/** A batch whose reports name more TCNs than this, repetitions counted, has no filter. */
export const MAX_FILTER_TCNS = 262_143;
/** Bits of one fingerprint, and so the accident of a foreign TCN: one in 2^20. */
export const FINGERPRINT_BITS = 20;
/** Every TCN has one slot in each of four segments that stand side by side. */
const ARITY = 4;

// By the number of bits of the count, from 0 to 18. Measured: with these an attempt succeeds 19 times in 20 or more; with
// a little less room it mostly fails.
const SEGMENT_BITS = [3, 3, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 10, 11];
/** Room beyond one slot a TCN, in 256ths. */
const SPARE = [0, 16, 16, 16, 16, 200, 24, 96, 52, 80, 44, 58, 44, 46, 36, 27, 20, 25, 18];

/** Where fingerprints stand. */
export interface FilterLayout {
  /** log2 of the slots of one segment. */
  segmentBits: number;
  /** Segments in which a TCN's first slot can lie; three more follow. */
  starts: number;
  /** All slots. */
  slots: number;
}

/** The layout of a filter of `count` different TCNs, which is at most MAX_FILTER_TCNS. It follows from the count alone. */
export function layoutOf(count: number): FilterLayout {
  const bits = 32 - Math.clz32(count);
  const segmentBits = SEGMENT_BITS[bits] as number;
  if (count === 0) return { segmentBits, starts: 0, slots: 0 };
  const wanted = Math.ceil((count * (256 + (SPARE[bits] as number))) / 256);
  const starts = Math.ceil(wanted / 2 ** segmentBits);
  return { segmentBits, starts, slots: (starts + ARITY - 1) << segmentBits };
}
