import { keccak_256 } from "@noble/hashes/sha3.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { uintBE } from "../bytes/bytes.ts";
import { TocsinError } from "../errors.ts";

/** The most mountains that a log can have: one for each bit of its size. */
export const MAX_PEAKS = 64;

/** What the head of a log commits. Numbers are safe integers. */
export interface LogState {
  /** Batches in the log. */
  size: number;
  /** Entries in the log. */
  total: number;
  /** Peaks of the mountain range, 32 bytes each, from the largest mountain to the smallest. */
  peaks: readonly Uint8Array[];
}

/** A batch as the log anchors it. */
export interface AnchoredBatch {
  /** The batch's number in the log, from 0. */
  seq: number;
  /** The number of the batch's first entry in the log, from 0. */
  firstIndex: number;
  count: number;
  root: Uint8Array;
  cidDigest: Uint8Array;
}

export const EMPTY_LOG: LogState = { size: 0, total: 0, peaks: [] };

/** keccak256(abi.encode(uint256 firstIndex, uint256 count, bytes32 root, bytes32 cidDigest)). (design, "Log") */
export function batchLeaf(batch: Omit<AnchoredBatch, "seq">): Uint8Array {
  const words = [uintBE(batch.firstIndex, 32), uintBE(batch.count, 32), batch.root, batch.cidDigest];
  return keccak_256(concatBytes(...words));
}

/** keccak256(left ‖ right). */
export function logNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  return keccak_256(concatBytes(left, right));
}

/**
 * keccak256(abi.encodePacked(address operator, uint64 size, uint64 total, bytes32[] peaks)): the word in the contract.
 * @param operator 20 bytes
 * @throws LOG_STATE_INVALID when the peaks do not fit the size
 */
export function headOf(operator: Uint8Array, state: LogState): Uint8Array {
  checkState(state);
  return keccak_256(concatBytes(operator, uintBE(state.size, 8), uintBE(state.total, 8), ...state.peaks));
}

/** The state after one more batch. A batch counts at least one entry. @throws LOG_STATE_INVALID */
export function appendBatch(state: LogState, batch: Omit<AnchoredBatch, "seq" | "firstIndex">): LogState {
  checkState(state);
  const total = state.total + batch.count;
  if (!Number.isSafeInteger(batch.count) || batch.count < 1 || !Number.isSafeInteger(total)) {
    throw new TocsinError(
      "LOG_STATE_INVALID",
      "a batch's count must be at least 1 and the total a safe integer",
    );
  }
  const peaks = [...state.peaks];
  let node = batchLeaf({ firstIndex: state.total, ...batch });
  for (let rest = state.size; rest % 2 === 1; rest = (rest - 1) / 2)
    node = logNode(peaks.pop() as Uint8Array, node);
  peaks.push(node);
  return { size: state.size + 1, total, peaks };
}

/** @throws LOG_STATE_INVALID unless there is one peak of 32 bytes for each bit that is set in the size */
export function checkState(state: LogState): void {
  const { size, total, peaks } = state;
  if (!Number.isSafeInteger(size) || size < 0 || !Number.isSafeInteger(total) || total < size) {
    throw new TocsinError("LOG_STATE_INVALID", "size and total must be whole numbers, total at least size");
  }
  if (peaks.length !== mountainHeights(size).length || peaks.some((peak) => peak.length !== 32)) {
    throw new TocsinError("LOG_STATE_INVALID", `a log of ${size} batches has not ${peaks.length} peaks`);
  }
}

/** Heights of the mountains of a log, from the largest to the smallest: the bits that are set in its size. */
export function mountainHeights(size: number): number[] {
  const heights: number[] = [];
  for (let rest = size, height = 0; rest > 0; rest = Math.floor(rest / 2), height++) {
    if (rest % 2 === 1) heights.unshift(height);
  }
  return heights;
}
