import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import type { Clock } from "../ports/clock.ts";
import type { BatchRecord, Database } from "../ports/database.ts";
import type { Fees, Registry } from "../ports/registry.ts";
import { PublisherFault } from "./faults.ts";
import type { LogHistory } from "./history.ts";

export interface PostOptions {
  /** Seconds after which a transaction that was not mined is signed again with higher fees. */
  bumpAfter: number;
  /** The most that is ever offered for a unit of gas, in wei. */
  maxFeePerGas: bigint;
}

/**
 * Sees to it that a transaction for the batch is on its way: signs one, raises its fees when it is slow, or hands
 * the same bytes to the network again. Every transaction is recorded before it is broadcast. StaleHead makes it safe
 * to send several: the contract takes one of them.
 * @throws PublisherFault OPERATOR_WITHOUT_FUNDS, FEE_CAP_REACHED
 */
export async function postBatch(
  database: Database,
  registry: Registry,
  history: LogHistory,
  clock: Clock,
  batch: BatchRecord,
  options: PostOptions,
): Promise<void> {
  const last = (await database.transactionsOf(batch.seq)).at(-1);
  const nonce = await registry.nonce();
  // A nonce below the chain's was used, by this transaction in a block that is gone or by a foreign one.
  const isPending = last !== undefined && last.nonce >= nonce;
  if (isPending && clock.now() - last.signedAt < options.bumpAfter) return registry.broadcast(last.raw);

  const fees = offer(await registry.fees(), isPending ? last : undefined, options.maxFeePerGas);
  if (fees === undefined) {
    if (isPending) await registry.broadcast(last.raw);
    throw new PublisherFault(
      "FEE_CAP_REACHED",
      `batch ${batch.seq} waits: the network asks for more than the cap of ${options.maxFeePerGas} wei a unit of gas`,
    );
  }
  const state = history.stateAt(batch.seq);
  const gasLimit = await affordableGas(registry, history, batch, fees);
  const signed = await registry.signAppend(state, batch, {
    ...fees,
    gasLimit,
    nonce: isPending ? last.nonce : nonce,
  });
  await database.addTransaction({
    ...signed,
    ...fees,
    seq: batch.seq,
    nonce: isPending ? last.nonce : nonce,
    signedAt: clock.now(),
  });
  if (batch.state === "stored") await database.setBatchState(batch.seq, "posted");
  await registry.broadcast(signed.raw);
}

/** What to offer: the network's fees, and when a pending transaction is to be replaced at least 12.5 % more than it offered. */
function offer(network: Fees, pending: Fees | undefined, cap: bigint): Fees | undefined {
  const raised = (fee: bigint): bigint => fee + fee / 8n + 1n;
  const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
  const maxPriorityFeePerGas = pending
    ? max(network.maxPriorityFeePerGas, raised(pending.maxPriorityFeePerGas))
    : network.maxPriorityFeePerGas;
  const wanted = pending ? max(network.maxFeePerGas, raised(pending.maxFeePerGas)) : network.maxFeePerGas;
  const maxFeePerGas = max(wanted, maxPriorityFeePerGas);
  return maxFeePerGas > cap ? undefined : { maxFeePerGas, maxPriorityFeePerGas };
}

/** A fifth above the estimate, after seeing that the operator can pay for it. */
async function affordableGas(
  registry: Registry,
  history: LogHistory,
  batch: BatchRecord,
  fees: Fees,
): Promise<bigint> {
  const balance = await registry.balance();
  const withoutFunds = (needed: string): never => {
    throw new PublisherFault(
      "OPERATOR_WITHOUT_FUNDS",
      `the operator ${to0x(registry.operator)} has ${balance} wei and needs ${needed} to post batch ${batch.seq}: ` +
        "send ether to it. Reports are kept meanwhile",
    );
  };
  if (balance === 0n) withoutFunds("some");
  const estimate = await registry.estimateAppend(history.stateAt(batch.seq), batch);
  const gasLimit = estimate + estimate / 5n;
  const cost = gasLimit * fees.maxFeePerGas;
  if (balance < cost) withoutFunds(`${cost} wei`);
  return gasLimit;
}
