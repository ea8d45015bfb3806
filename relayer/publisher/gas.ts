import type { LogState } from "@tocsin/protocol/log/state.ts";

/**
 * An append's gas by the measured contract: 38,200 at most in a log of 300 batches (docs/performance.md), where the
 * longest has 8 peaks. A peak costs calldata, by the floor of EIP-7623 at most 1,280 gas, and hashing.
 */
const GAS_OF_APPEND = 36_000n;
const GAS_OF_PEAK = 1_300n;

const gasOfAppend = (state: LogState): bigint => GAS_OF_APPEND + GAS_OF_PEAK * BigInt(state.peaks.length);

/**
 * Gas for an append behind others that are not mined, which no node can estimate: on the chain's state of now it is
 * stale. It is what the first of them needs, or should need, and what the peaks differ by.
 * @param first the log's state on the chain
 * @param estimate gas that a node estimated for an append on top of that state
 */
export function gasBehind(first: LogState, estimate: bigint, state: LogState): bigint {
  const [known, own] = [gasOfAppend(first), gasOfAppend(state)];
  const base = estimate > known ? estimate : known;
  return own > known ? base + own - known : base;
}

/** A fifth above an estimate. */
export function withMargin(estimate: bigint): bigint {
  return estimate + estimate / 5n;
}
