import { equalBytes } from "../bytes/bytes.ts";
import { TocsinError } from "../errors.ts";
import {
  batchLeaf,
  checkState,
  logNode,
  mountainHeights,
  type AnchoredBatch,
  type LogState,
} from "./state.ts";

/** Where a batch stands in a log of some size. */
interface Place {
  /** Which mountain, from the largest. */
  mountain: number;
  /** Batches before the mountain. */
  start: number;
  height: number;
}

/**
 * The path from batch `seq` up to the peak of its mountain in a log of these batch leaves.
 * @throws ARGUMENT_INVALID for no such batch
 */
export function proveBatch(leaves: readonly Uint8Array[], seq: number): Uint8Array[] {
  const { start, height } = placeOf(seq, leaves.length);
  let level = leaves.slice(start, start + 2 ** height);
  let position = seq - start;
  const path: Uint8Array[] = [];
  while (level.length > 1) {
    path.push(level[position ^ 1] as Uint8Array);
    position >>= 1;
    level = Array.from({ length: level.length / 2 }, (_, i) =>
      logNode(level[2 * i] as Uint8Array, level[2 * i + 1] as Uint8Array),
    );
  }
  return path;
}

/**
 * Verifies that a batch stands at place `batch.seq` of the log whose head commits `state`.
 * @throws PROOF_NOT_INCLUDED, LOG_STATE_INVALID
 */
export function verifyBatchProof(state: LogState, batch: AnchoredBatch, path: readonly Uint8Array[]): void {
  checkState(state);
  const fail = (why: string): never => {
    throw new TocsinError("PROOF_NOT_INCLUDED", `the batch is not in the log: ${why}`);
  };
  if (!Number.isSafeInteger(batch.seq) || batch.seq < 0 || batch.seq >= state.size)
    fail("its place is outside");
  const { mountain, start, height } = placeOf(batch.seq, state.size);
  if (path.length !== height) fail(`the path has ${path.length} steps instead of ${height}`);
  let position = batch.seq - start;
  let node = batchLeaf(batch);
  for (const sibling of path) {
    node = position % 2 === 1 ? logNode(sibling, node) : logNode(node, sibling);
    position = Math.floor(position / 2);
  }
  if (!equalBytes(node, state.peaks[mountain] as Uint8Array)) fail("the path leads to another peak");
}

function placeOf(seq: number, size: number): Place {
  let start = 0;
  for (const [mountain, height] of mountainHeights(size).entries()) {
    if (Number.isInteger(seq) && seq >= start && seq < start + 2 ** height)
      return { mountain, start, height };
    start += 2 ** height;
  }
  throw new TocsinError("ARGUMENT_INVALID", `there is no batch ${seq} in a log of ${size}`);
}
