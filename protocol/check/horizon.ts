import { TocsinError } from "../errors.ts";
import type { FoldedBatch } from "../log/fold.ts";
import { getBlock, type Rpc } from "./rpc.ts";

/**
 * When a batch was anchored, unix seconds.
 * @throws LOG_HEAD_MISMATCH when its block is no longer in the chain, RPC_UNAVAILABLE, RPC_INVALID
 */
export async function anchorTime(rpc: Rpc, batch: FoldedBatch): Promise<number> {
  const block = await getBlock(rpc, batch.blockNumber);
  if (block.hash !== batch.blockHash) {
    throw new TocsinError("LOG_HEAD_MISMATCH", "the chain was reorganised during the check: check again");
  }
  return block.timestamp;
}

/**
 * The number of batches that were anchored before a time, found by halving: batches stand in the chain's order.
 * Throws as anchorTime.
 */
export async function countBefore(rpc: Rpc, batches: readonly FoldedBatch[], time: number): Promise<number> {
  let [low, high] = [0, batches.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await anchorTime(rpc, batches[middle] as FoldedBatch)) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
