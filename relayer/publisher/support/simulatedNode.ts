/* eslint-disable @typescript-eslint/require-await -- ports are asynchronous, a stand-in that answers at once is not */
import type { Demanded } from "@tocsin/protocol/bond/events.ts";
import type { Block } from "@tocsin/protocol/check/rpc.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import type { LogEvent } from "@tocsin/protocol/log/events.ts";
import { headOf, type AnchoredBatch, type LogState } from "@tocsin/protocol/log/state.ts";
import type { Answer, Bond } from "../../ports/bond.ts";
import {
  BlockUnknownError,
  BroadcastError,
  type BroadcastCode,
  type NetworkFees,
  type Registry,
  type SignedTransaction,
  type SigningOptions,
} from "../../ports/registry.ts";
import {
  canAnswer,
  canAppend,
  FINALIZED_DEPTH,
  OPERATOR,
  SAFE_DEPTH,
  type SimulatedBlock,
  type SimulatedChain,
  type Transaction,
} from "./simulatedChain.ts";

/** How far above the fees of a pooled transaction one must be that replaces it, percent of both. */
const REPLACEMENT_PERCENT = 110n;

/** A node in front of a simulated chain: geth's rules for its pool, and faults. */
export class SimulatedNode implements Registry, Bond {
  readonly address = new Uint8Array(20).fill(0x0a);
  readonly chainId = 1;
  readonly logId = 1;
  readonly operator = OPERATOR;
  readonly longestReceipt = 1_000_000;
  readonly #chain: SimulatedChain;

  isAway = false;
  signerFails = false;
  /** The next transactions are taken, but the answer is lost. */
  losesAnswers = false;
  /** Transactions are acknowledged and forgotten. */
  swallows = false;
  /** The next broadcast is refused with these. */
  readonly refusals: BroadcastCode[] = [];
  leastTip = 0n;
  /** By how many blocks the node behind the next call lags. */
  lag: () => number = () => 0;
  /** What was handed in and what became of it: "ok", "known", or a code. */
  readonly broadcasts: { raw: string; result: string }[] = [];

  constructor(chain: SimulatedChain) {
    this.#chain = chain;
  }

  async block(tag: "latest" | "safe" | "finalized" | number): Promise<Block> {
    const latest = this.#latest();
    const behind = { latest: 0, safe: SAFE_DEPTH, finalized: FINALIZED_DEPTH };
    const number = typeof tag === "number" ? tag : Math.max(0, latest.number - behind[tag]);
    const { hash, timestamp } = this.#at(number, latest);
    return { number, hash, timestamp };
  }

  async head(blockNumber: number): Promise<Uint8Array> {
    return headOf(OPERATOR, this.#at(blockNumber).world.log);
  }

  async events(fromBlock: number, toBlock: number): Promise<LogEvent[]> {
    // As nodes do, it answers with what it has, though the range ends beyond it.
    const { events } = this.#latest().world;
    return events.filter(({ blockNumber }) => blockNumber >= fromBlock && blockNumber <= toBlock);
  }

  async nonce(blockNumber: number): Promise<number> {
    return this.#at(blockNumber).world.nonce;
  }

  async balance(blockNumber: number): Promise<bigint> {
    return this.#at(blockNumber).world.balance;
  }

  async fees(blockNumber: number): Promise<NetworkFees> {
    this.#at(blockNumber);
    return { baseFeePerGas: this.#chain.baseFeePerGas, maxPriorityFeePerGas: 2n };
  }

  async estimateAppend(state: LogState, _: AnchoredBatch, blockNumber: number): Promise<bigint> {
    if (!canAppend(this.#at(blockNumber).world.log, state)) throw new Error("execution reverted: StaleHead");
    return 34_000n;
  }

  async estimateAnswer(answer: Answer, blockNumber: number): Promise<bigint> {
    if (!canAnswer(this.#at(blockNumber).world, answer)) throw new Error("execution reverted: DemandSettled");
    return 86_000n;
  }

  async signAppend(
    state: LogState,
    batch: AnchoredBatch,
    options: SigningOptions,
  ): Promise<SignedTransaction> {
    if (this.signerFails) throw new Error("the signer is away");
    const { seq, firstIndex, count, root, cidDigest } = batch;
    const anchored = { seq, firstIndex, count, root, cidDigest };
    return this.#chain.sign({ kind: "append", state, batch: anchored }, options);
  }

  async signAnswer(answer: Answer, options: SigningOptions): Promise<SignedTransaction> {
    if (this.signerFails) throw new Error("the signer is away");
    return this.#chain.sign({ kind: "answer", answer }, options);
  }

  gasLimitOf(raw: string): bigint {
    return this.#chain.known.get(raw)!.gasLimit;
  }

  async broadcast(raw: string): Promise<void> {
    const latest = this.#latest();
    const transaction = this.#chain.known.get(raw)!;
    const refusal = this.refusals.shift();
    const result = refusal ?? (this.swallows ? "ok" : this.#judge(transaction, latest));
    this.broadcasts.push({ raw, result });
    if (result === "ok" && !this.swallows) this.#chain.pool.set(transaction.nonce, transaction);
    if (this.losesAnswers) throw new TocsinError("RPC_UNAVAILABLE", "the answer is lost");
    if (result !== "ok" && result !== "known") throw new BroadcastError(result, `the node says ${result}`);
  }

  async demands(fromBlock: number, toBlock: number): Promise<Demanded[]> {
    const { demands } = this.#latest().world;
    return demands.filter(({ blockNumber }) => blockNumber >= fromBlock && blockNumber <= toBlock);
  }

  async settled(demandIds: readonly string[]): Promise<Set<string>> {
    const { settled } = this.#latest().world;
    return new Set(demandIds.filter((id) => settled.has(id)));
  }

  /** geth's order of checks: nonce, funds of all that wait, the price, the replacement. */
  #judge(transaction: Transaction, { world }: SimulatedBlock): BroadcastCode | "ok" | "known" {
    const { pool } = this.#chain;
    const { nonce, maxFeePerGas, maxPriorityFeePerGas } = transaction;
    const pooled = pool.get(nonce);
    if (pooled?.raw === transaction.raw) return "known";
    if (nonce < world.nonce) return "NONCE_TOO_LOW";
    if (maxPriorityFeePerGas < this.leastTip) return "UNDERPRICED";
    const others = [...pool.values()].filter((other) => other.nonce !== nonce && other.nonce >= world.nonce);
    const cost = [...others, transaction].reduce((sum, each) => sum + each.gasLimit * each.maxFeePerGas, 0n);
    if (cost > world.balance) return "INSUFFICIENT_FUNDS";
    if (!pooled) return "ok";
    const outbids = (fee: bigint, before: bigint): boolean => fee * 100n >= before * REPLACEMENT_PERCENT;
    return outbids(maxFeePerGas, pooled.maxFeePerGas) &&
      outbids(maxPriorityFeePerGas, pooled.maxPriorityFeePerGas)
      ? "ok"
      : "REPLACEMENT_UNDERPRICED";
  }

  /** The newest block of the node that happens to answer. */
  #latest(): SimulatedBlock {
    if (this.isAway) throw new TocsinError("RPC_UNAVAILABLE", "the RPC is away");
    const { blocks } = this.#chain;
    return blocks[Math.max(0, blocks.length - 1 - this.lag())]!;
  }

  #at(number: number, latest = this.#latest()): SimulatedBlock {
    const block = number > latest.number ? undefined : this.#chain.block(number);
    if (!block) throw new BlockUnknownError(`the node does not know block ${number}`);
    return block;
  }
}
