import { TocsinError } from "../errors.ts";
import type { EventPlace } from "../log/events.ts";
import { getBlock, type Block, type Rpc } from "./rpc.ts";

/** When an event was mined, unix seconds. */
export type AnchorTime = (event: EventPlace) => Promise<number>;

/**
 * Gives a function that asks the RPC when an event's block was made, once a block. That function throws
 * LOG_HEAD_MISMATCH when the block is no longer in the chain, RPC_UNAVAILABLE, RPC_INVALID.
 */
export function anchorTimes(rpc: Rpc): AnchorTime {
  const known = new Map<number, Promise<Block>>();
  return async ({ blockNumber, blockHash }) => {
    const asked = known.get(blockNumber) ?? getBlock(rpc, blockNumber);
    known.set(blockNumber, asked);
    const block = await asked;
    if (block.hash !== blockHash) {
      throw new TocsinError("LOG_HEAD_MISMATCH", "the chain was reorganised during the check: check again");
    }
    return block.timestamp;
  };
}

/** How many of these events, which stand in the chain's order, were mined before a time; found by halving. */
export async function countBefore(
  anchorTime: AnchorTime,
  events: readonly EventPlace[],
  time: number,
): Promise<number> {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await anchorTime(events[middle] as EventPlace)) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
