import type { Fees, NetworkFees } from "../ports/registry.ts";

/** What a fee must rise by to replace a transaction: nodes want 10 %, this is 12.5 %. */
const outbid = (fee: bigint): bigint => fee + fee / 8n + 1n;
/** A node that refused a fee is offered much more: small steps up from a fee near zero would take hours. */
const outbidRefused = (fee: bigint): bigint => 2n * fee + 10_000_000n;

/**
 * What to offer for a nonce: enough for the base fee to double, and more than whatever was offered for it before.
 * @param before the highest fees that were signed for the nonce
 * @param isRefused whether the network refused those as too low
 * @param cap the most that is offered for a unit of gas, in wei
 * @returns undefined where the cap lets nothing pass that could be mined now, or that could replace what was offered
 */
export function offerFees(
  network: NetworkFees,
  before: Fees | undefined,
  isRefused: boolean,
  cap: bigint,
): Fees | undefined {
  const { baseFeePerGas, maxPriorityFeePerGas } = network;
  if (before && isRefused) return offerAfterRefusal(network, before, cap);
  const leastTip = before ? outbid(before.maxPriorityFeePerGas) : 0n;
  const tip = max(leastTip, min(maxPriorityFeePerGas, cap - min(cap, baseFeePerGas)));
  const least = max(baseFeePerGas + tip, before ? outbid(before.maxFeePerGas) : 0n);
  if (least > cap) return undefined;
  return { maxFeePerGas: min(max(2n * baseFeePerGas + tip, least), cap), maxPriorityFeePerGas: tip };
}

/**
 * The network does not hold what was offered, but something else or nothing: the next offer need not outbid the one
 * before by the network's rule. It rises where the cap leaves room, with both fees or with one.
 */
function offerAfterRefusal(network: NetworkFees, before: Fees, cap: bigint): Fees | undefined {
  const { baseFeePerGas, maxPriorityFeePerGas } = network;
  if (baseFeePerGas > cap || before.maxFeePerGas > cap) return undefined;
  const wanted = max(maxPriorityFeePerGas, outbidRefused(before.maxPriorityFeePerGas));
  const tip = max(before.maxPriorityFeePerGas, min(wanted, cap - baseFeePerGas));
  const fee = min(max(2n * baseFeePerGas + tip, outbidRefused(before.maxFeePerGas)), cap);
  if (fee <= before.maxFeePerGas && tip <= before.maxPriorityFeePerGas) return undefined;
  return { maxFeePerGas: fee, maxPriorityFeePerGas: tip };
}

/** The highest of several offers, each fee by itself: what replaces all of them must outbid both. */
export function highestFees(offers: readonly Fees[]): Fees | undefined {
  if (offers.length === 0) return undefined;
  return {
    maxFeePerGas: offers.map((fees) => fees.maxFeePerGas).reduce(max),
    maxPriorityFeePerGas: offers.map((fees) => fees.maxPriorityFeePerGas).reduce(max),
  };
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
