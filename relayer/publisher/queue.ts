import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, TaskKey, TransactionRecord } from "../ports/database.ts";
import { BroadcastError, type Fees, type Registry, type SignedTransaction } from "../ports/registry.ts";
import type { SigningOptions } from "../ports/registry.ts";
import { endsRound, messageOf, PublisherFault, toFault } from "./faults.ts";
import { highestFees, offerFees } from "./fees.ts";
import { withMargin } from "./gas.ts";
import type { ChainView } from "./view.ts";

export interface QueueOptions {
  /** Seconds after which the first transaction in line is signed again with higher fees. */
  bumpAfter: number;
  /** The most that is ever offered for a unit of gas, in wei. */
  maxFeePerGas: bigint;
  /** Transactions that may be on their way at once. */
  maxInFlight: number;
}

/** What one transaction is for. */
export interface Task {
  key: TaskKey;
  /** For messages: "batch 3". */
  name: string;
  /** Gas that it would use on the chain as it is in this round. */
  estimate(): Promise<bigint>;
  sign(options: SigningOptions): Promise<SignedTransaction>;
  /** Called when a transaction for the task is recorded, by this round or an earlier one. */
  onRecorded(transaction: TransactionRecord): Promise<void>;
}

/** What one round of the queue came to. */
export interface QueueResult {
  /** Tasks of which a transaction was handed to the network. */
  inFlight: number;
  /** The first thing that went wrong, and the place in the queue from which on it holds tasks back. */
  stopped?: { fault: PublisherFault; from: number };
  /** A task that cannot be done at all: the contract would refuse it now. */
  failed?: TaskKey;
}

/** A task at its nonce, and the transactions that were signed for this nonce before, oldest first. */
interface Slot {
  task: Task;
  nonce: number;
  before: readonly TransactionRecord[];
  isFirst: boolean;
}

/** Thrown inside a round to end it. */
class Stop extends Error {
  readonly fault: PublisherFault;
  readonly failed: TaskKey | undefined;

  constructor(fault: PublisherFault, failed?: TaskKey) {
    super(fault.message);
    this.fault = fault;
    this.failed = failed;
  }
}

/**
 * Sends the operator's transactions, one nonce after the other: hands the same bytes to the network again, outbids
 * what was signed for a nonce before, signs what is new. Every transaction is recorded before it is broadcast. Only for
 * tasks that the contract takes once, so that it is safe to sign several for each.
 */
export class TransactionQueue {
  readonly #database: Database;
  readonly #registry: Registry;
  readonly #clock: Clock;
  readonly #options: QueueOptions;
  /** The nonce that is first in line, and since when if this process saw it come there; unix seconds. */
  #first: { nonce: number; since: number | undefined } | undefined;
  /** Nonces for which the network wanted higher fees than were offered. */
  readonly #refused = new Set<number>();
  /** What the newest transaction offers. */
  #offered: bigint | undefined;

  constructor(database: Database, registry: Registry, clock: Clock, options: QueueOptions) {
    this.#database = database;
    this.#registry = registry;
    this.#clock = clock;
    this.#options = options;
  }

  /** The maxFeePerGas of the newest transaction that this process signed or sent, in wei. */
  get offeredFee(): bigint | undefined {
    return this.#offered;
  }

  /**
   * @param tasks for the nonces from the view's on
   * @param records the transactions that were signed for these nonces, oldest first
   */
  async round(
    view: ChainView,
    tasks: readonly Task[],
    records: readonly TransactionRecord[],
  ): Promise<QueueResult> {
    this.#look(view);
    const result: QueueResult = { inFlight: 0 };
    let left = view.balance;
    for (const [place, task] of tasks.entries()) {
      const nonce = view.nonce + place;
      const before = records.filter((record) => record.nonce === nonce);
      const stop = (fault: PublisherFault): void => void (result.stopped ??= { fault, from: place });
      try {
        const slot = { task, nonce, before, isFirst: place === 0 };
        const sent = await this.#sendSlot(view, slot, left, stop);
        if (!sent) return result;
        left -= this.#costOf(sent);
        if (await this.#broadcast(sent)) result.inFlight++;
      } catch (error) {
        if (!(error instanceof Stop)) throw error;
        stop(error.fault);
        if (error.failed !== undefined) result.failed = error.failed;
        return result;
      }
    }
    return result;
  }

  #look({ nonce }: ChainView): void {
    if (this.#first?.nonce !== nonce) {
      this.#first = { nonce, since: this.#first && this.#clock.now() };
    }
    for (const refused of this.#refused) if (refused < nonce) this.#refused.delete(refused);
  }

  /**
   * The transaction to hand out for a slot: the one that is there, or one that is signed and recorded now.
   * @returns undefined where there is none and none can be signed
   */
  async #sendSlot(
    view: ChainView,
    slot: Slot,
    left: bigint,
    stop: (fault: PublisherFault) => void,
  ): Promise<TransactionRecord | undefined> {
    const { task, nonce, before } = slot;
    const last = before.at(-1);
    const own = last?.task === task.key ? last : undefined;
    if (own) await task.onRecorded(own);
    if (own && !this.#isDue(view, slot, own)) return this.#payable(own, left, slot);

    const isRefused = this.#refused.has(nonce);
    const fees = offerFees(view.fees, highestFees(before), isRefused, this.#options.maxFeePerGas);
    if (!fees) {
      stop(this.#capReached(task));
      return last && this.#payable(last, left, slot);
    }
    // No node estimates for an account that is empty.
    if (left === 0n) throw new Stop(this.#withoutFunds(slot, left, "some"));
    const gasLimit = own ? this.#registry.gasLimitOf(own.raw) : withMargin(await this.#estimate(task));
    const cost = gasLimit * fees.maxFeePerGas;
    if (cost > left) {
      const fault = this.#withoutFunds(slot, left, `${cost} wei`);
      if (!own || this.#costOf(own) > left) throw new Stop(fault);
      stop(fault);
      return own;
    }
    return this.#sign(slot, { ...fees, nonce, gasLimit });
  }

  async #estimate(task: Task): Promise<bigint> {
    try {
      return await task.estimate();
    } catch (error) {
      if (endsRound(error)) throw error;
      throw new Stop(toFault(error, "PUBLISH_FAILED"), task.key);
    }
  }

  /** Whether a transaction that waits is to be outbid now. */
  #isDue(view: ChainView, { nonce, isFirst }: Slot, own: TransactionRecord): boolean {
    if (this.#refused.has(nonce) || own.maxFeePerGas < view.fees.baseFeePerGas) return true;
    if (!isFirst) return false;
    const waited = this.#clock.now() - Math.max(own.signedAt, this.#first?.since ?? 0);
    // A clock that was set back tells nothing; a transaction outbid too early costs nothing.
    return waited < 0 || waited >= this.#options.bumpAfter;
  }

  async #sign({ task, nonce, isFirst }: Slot, options: SigningOptions): Promise<TransactionRecord> {
    const signed = await task.sign(options).catch((error: unknown) => {
      if (endsRound(error)) throw error;
      const message = `the operator's key did not sign ${task.name}: ${messageOf(error)}`;
      throw new Stop(new PublisherFault("SIGNER_FAILED", message, { cause: error }));
    });
    const signedAt = this.#clock.now();
    const { maxFeePerGas, maxPriorityFeePerGas } = options;
    const record = { ...signed, task: task.key, nonce, maxFeePerGas, maxPriorityFeePerGas, signedAt };
    await this.#database.addTransaction(record);
    if (isFirst) this.#first = { nonce, since: signedAt };
    await task.onRecorded(record);
    return record;
  }

  /** @returns whether the network has it now */
  async #broadcast(record: TransactionRecord): Promise<boolean> {
    this.#offered = record.maxFeePerGas;
    try {
      await this.#registry.broadcast(record.raw);
      this.#refused.delete(record.nonce);
      return true;
    } catch (error) {
      if (endsRound(error)) throw error;
      if (!(error instanceof BroadcastError)) throw new Stop(toFault(error, "PUBLISH_FAILED"));
      switch (error.code) {
        case "NONCE_TOO_LOW":
        case "NONCE_TOO_HIGH":
          // The chain has moved on, or the node has not: the next round looks again.
          return false;
        case "REPLACEMENT_UNDERPRICED":
        case "UNDERPRICED":
          this.#refused.add(record.nonce);
          return false;
        case "INSUFFICIENT_FUNDS":
          throw new Stop(this.#poor(`has too little for what is on its way (${error.message})`));
        case "NODE_BUSY":
          throw new Stop(new PublisherFault("RPC_UNAVAILABLE", error.message, { cause: error }));
        case "REFUSED":
          throw new Stop(new PublisherFault("PUBLISH_FAILED", error.message, { cause: error }));
      }
    }
  }

  #payable(record: TransactionRecord, left: bigint, slot: Slot): TransactionRecord {
    const cost = this.#costOf(record);
    if (cost > left) throw new Stop(this.#withoutFunds(slot, left, `${cost} wei`));
    return record;
  }

  /** What nodes want to see in the account for a transaction. */
  #costOf({ raw, maxFeePerGas }: Pick<TransactionRecord, "raw"> & Pick<Fees, "maxFeePerGas">): bigint {
    return this.#registry.gasLimitOf(raw) * maxFeePerGas;
  }

  #capReached({ name }: Task): PublisherFault {
    const cap = this.#options.maxFeePerGas;
    const message = `${name} waits: the network asks for more than the cap of ${cap} wei a unit of gas`;
    return new PublisherFault("FEE_CAP_REACHED", message);
  }

  #withoutFunds({ task, isFirst }: Slot, left: bigint, needed: string): PublisherFault {
    const has = `has ${left} wei${isFirst ? "" : " left behind what is on its way"}`;
    return this.#poor(`${has} and needs ${needed} for ${task.name}`);
  }

  #poor(why: string): PublisherFault {
    return new PublisherFault(
      "OPERATOR_WITHOUT_FUNDS",
      `the operator ${to0x(this.#registry.operator)} ${why}: send ether to it. Reports are kept meanwhile`,
    );
  }
}
