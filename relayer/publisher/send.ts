import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import type { Clock } from "../ports/clock.ts";
import type { TransactionRecord } from "../ports/database.ts";
import type { Fees, Registry, SignedTransaction } from "../ports/registry.ts";
import { PublisherFault } from "./faults.ts";

export interface SendOptions {
  /** Seconds after which a transaction that was not mined is signed again with higher fees. */
  bumpAfter: number;
  /** The most that is ever offered for a unit of gas, in wei. */
  maxFeePerGas: bigint;
}

/** A transaction that was signed, and may or may not have reached the network. */
export type SentTransaction = Omit<TransactionRecord, "seq">;

/** What is to be sent by one transaction. */
export interface Task {
  /** For messages: "batch 3". */
  name: string;
  /** Gas that it would use. */
  estimate(): Promise<bigint>;
  sign(options: Fees & { nonce: number; gasLimit: bigint }): Promise<SignedTransaction>;
  /** Remembers a transaction, before it is broadcast. */
  record(transaction: SentTransaction): Promise<void>;
}

/**
 * Sees to it that a transaction for a task is on its way: signs one, raises its fees when it is slow, or hands the same
 * bytes to the network again. Only for tasks that the contract takes once, so that it is safe to send several.
 * @param last the latest transaction that was signed for the task
 * @throws PublisherFault OPERATOR_WITHOUT_FUNDS, FEE_CAP_REACHED
 */
export async function sendOnce(
  registry: Registry,
  clock: Clock,
  options: SendOptions,
  last: SentTransaction | undefined,
  task: Task,
): Promise<void> {
  const next = await registry.nonce();
  // A nonce below the chain's was used, by this transaction in a block that is gone or by a foreign one.
  const pending = last !== undefined && last.nonce >= next ? last : undefined;
  if (pending && clock.now() - pending.signedAt < options.bumpAfter) return registry.broadcast(pending.raw);

  const fees = offer(await registry.fees(), pending, options.maxFeePerGas);
  if (fees === undefined) {
    if (pending) await registry.broadcast(pending.raw);
    throw new PublisherFault(
      "FEE_CAP_REACHED",
      `${task.name} waits: the network asks for more than the cap of ${options.maxFeePerGas} wei a unit of gas`,
    );
  }
  const gasLimit = await affordableGas(registry, task, fees);
  const nonce = pending?.nonce ?? next;
  const signed = await task.sign({ ...fees, gasLimit, nonce });
  await task.record({ ...signed, ...fees, nonce, signedAt: clock.now() });
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
async function affordableGas(registry: Registry, task: Task, fees: Fees): Promise<bigint> {
  const balance = await registry.balance();
  const withoutFunds = (needed: string): never => {
    throw new PublisherFault(
      "OPERATOR_WITHOUT_FUNDS",
      `the operator ${to0x(registry.operator)} has ${balance} wei and needs ${needed} for ${task.name}: ` +
        "send ether to it. Reports are kept meanwhile",
    );
  };
  if (balance === 0n) withoutFunds("some");
  const estimate = await task.estimate();
  const gasLimit = estimate + estimate / 5n;
  const cost = gasLimit * fees.maxFeePerGas;
  if (balance < cost) withoutFunds(`${cost} wei`);
  return gasLimit;
}
