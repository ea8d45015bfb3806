import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { to0x, toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { Demanded } from "@tocsin/protocol/bond/events.ts";
import type { Block } from "@tocsin/protocol/check/rpc.ts";
import type { LogEvent } from "@tocsin/protocol/log/events.ts";
import {
  appendBatch,
  EMPTY_LOG,
  headOf,
  type AnchoredBatch,
  type LogState,
} from "@tocsin/protocol/log/state.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import type { Answer } from "../../ports/bond.ts";
import type { SigningOptions } from "../../ports/registry.ts";

export const OPERATOR = new Uint8Array(20).fill(0x0b);
const SECONDS_A_BLOCK = 12;
/** Blocks behind the latest; no reorganisation goes deeper than what is finalized. */
export const SAFE_DEPTH = 6;
export const FINALIZED_DEPTH = 12;
const GAS_OF_CALL = 34_000n;
const START = 1_800_000_000;

/** What a transaction does when it is mined. A foreign one comes from the same account, and not from the relayer. */
export type Call =
  | { kind: "append"; state: LogState; batch: AnchoredBatch }
  | { kind: "answer"; answer: Answer }
  | { kind: "foreign" };

export interface Transaction extends SigningOptions {
  hash: string;
  raw: string;
  call: Call;
}

/** Everything that the chain knows at one block. */
interface World {
  nonce: number;
  balance: bigint;
  log: LogState;
  events: LogEvent[];
  demands: Demanded[];
  settled: Set<string>;
}

export interface SimulatedBlock extends Block {
  baseFeePerGas: bigint;
  world: World;
  mined: Transaction[];
  demanded: Uint8Array[];
}

/** A chain with one account and the contracts' rules: an append goes once, on top of the head that it names. */
export class SimulatedChain {
  readonly blocks: SimulatedBlock[];
  /** The account's transactions that wait, by nonce. */
  readonly pool = new Map<number, Transaction>();
  readonly known = new Map<string, Transaction>();
  baseFeePerGas = 10n;
  /** Transactions of the relayer that were mined to no effect, in blocks that still stand or are gone. */
  reverts = 0;
  #forks = 0;
  #foreign = 0;
  #demands: Uint8Array[] = [];

  constructor(balance: bigint) {
    const world = { nonce: 0, balance, log: EMPTY_LOG, events: [], demands: [], settled: new Set<string>() };
    const block = { number: 0, timestamp: START, hash: to0x(leafHash(new Uint8Array([0]))) };
    this.blocks = [{ ...block, baseFeePerGas: this.baseFeePerGas, world, mined: [], demanded: [] }];
  }

  get latest(): SimulatedBlock {
    return this.blocks.at(-1)!;
  }

  /** Signing is deterministic: the same call with the same options is the same transaction. */
  sign(call: Call, options: SigningOptions): Transaction {
    const { nonce, maxFeePerGas, maxPriorityFeePerGas, gasLimit } = options;
    const what =
      call.kind === "append"
        ? call.batch.seq
        : call.kind === "answer"
          ? call.answer.demandId
          : this.#foreign++;
    const raw = [call.kind, what, nonce, maxFeePerGas, maxPriorityFeePerGas, gasLimit].join("/");
    const transaction = { ...options, call, raw, hash: to0x(leafHash(new TextEncoder().encode(raw))) };
    this.known.set(raw, transaction);
    return transaction;
  }

  /** Mines the next block, with as many of the waiting transactions as may be mined, up to `most`. */
  mine(most = Infinity, timestamp = this.latest.timestamp + SECONDS_A_BLOCK): SimulatedBlock {
    const parent = this.latest;
    const name = `${parent.hash}/${this.#forks}/${timestamp}`;
    const block: SimulatedBlock = {
      number: parent.number + 1,
      hash: to0x(leafHash(new TextEncoder().encode(name))),
      timestamp,
      baseFeePerGas: this.baseFeePerGas,
      world: {
        ...parent.world,
        events: [...parent.world.events],
        demands: [...parent.world.demands],
        settled: new Set(parent.world.settled),
      },
      mined: [],
      demanded: this.#demands.splice(0),
    };
    for (const leaf of block.demanded) this.#demandIn(block, leaf);
    while (block.mined.length < most) {
      const next = this.pool.get(block.world.nonce);
      if (!next || next.maxFeePerGas < block.baseFeePerGas) break;
      if (next.gasLimit * next.maxFeePerGas > block.world.balance) break;
      this.#execute(block, next);
    }
    this.blocks.push(block);
    this.#prune();
    return block;
  }

  /** Somebody else uses the account's next nonce: a transaction of their own is mined. */
  useNonceElsewhere(): void {
    const { nonce } = this.latest.world;
    const fees = { maxFeePerGas: this.baseFeePerGas * 2n, maxPriorityFeePerGas: 1n };
    this.pool.set(nonce, this.sign({ kind: "foreign" }, { nonce, gasLimit: 1n, ...fees }));
    this.mine(1);
  }

  /** Somebody asks for the proof of a leaf; the demand is in the next block. */
  demand(leaf: Uint8Array): void {
    this.#demands.push(leaf);
  }

  /**
   * The last `depth` blocks leave the chain, and one block more comes. What they held is mined again at once, one a
   * block from the second on, or is dropped from every pool.
   */
  reorganise(depth: number, fate: "again" | "elsewhere" | "dropped"): void {
    const gone = this.blocks.splice(Math.max(this.blocks.length - depth, this.#finalizedNumber() + 1));
    if (gone.length === 0) return;
    this.#forks++;
    this.#demands.unshift(...gone.flatMap(({ demanded }) => demanded));
    const mined = gone.flatMap((block) => block.mined);
    for (const transaction of mined) {
      if (fate === "dropped" && transaction.call.kind !== "foreign") continue;
      if (!this.pool.has(transaction.nonce)) this.pool.set(transaction.nonce, transaction);
    }
    if (fate === "dropped") this.pool.clear();
    // The fork's last block stands above the old one's, and no later than its next would have.
    for (let i = 0; i <= gone.length; i++) this.mine(fate === "again" ? Infinity : i === 0 ? 0 : 1);
  }

  block(number: number): SimulatedBlock | undefined {
    return this.blocks[number];
  }

  #finalizedNumber(): number {
    return Math.max(0, this.latest.number - FINALIZED_DEPTH);
  }

  #execute(block: SimulatedBlock, transaction: Transaction): void {
    const { world } = block;
    const { call, hash, maxFeePerGas, maxPriorityFeePerGas } = transaction;
    world.nonce++;
    block.mined.push(transaction);
    const wanted = block.baseFeePerGas + maxPriorityFeePerGas;
    world.balance -= GAS_OF_CALL * (wanted < maxFeePerGas ? wanted : maxFeePerGas);
    if (call.kind === "foreign") return;
    const place = { blockNumber: block.number, blockHash: block.hash, transactionHash: hash };
    if (call.kind === "append") {
      if (!canAppend(world.log, call.state)) {
        this.reverts++;
        return;
      }
      world.log = appendBatch(world.log, call.batch);
      world.events.push({ ...place, logIndex: block.mined.length, name: "BatchAppended", batch: call.batch });
      return;
    }
    if (canAnswer(world, call.answer)) world.settled.add(call.answer.demandId);
    else this.reverts++;
  }

  #demandIn(block: SimulatedBlock, leaf: Uint8Array): void {
    block.world.demands.push({
      name: "Demanded",
      demandId: `0x${toHex(leaf)}`,
      logId: 1,
      relayer: OPERATOR,
      demander: OPERATOR,
      leaf,
      deadline: block.timestamp,
      head: headOf(OPERATOR, block.world.log),
      answerBy: block.timestamp + 1_000_000,
      blockNumber: block.number,
      blockHash: block.hash,
      transactionHash: to0x(leaf),
      logIndex: 0,
    });
  }

  #prune(): void {
    for (const nonce of this.pool.keys()) if (nonce < this.latest.world.nonce) this.pool.delete(nonce);
  }
}

export function canAppend(log: LogState, state: LogState): boolean {
  return equalBytes(headOf(OPERATOR, log), headOf(OPERATOR, state));
}

export function canAnswer(world: World, { demandId, state, operator, batch }: Answer): boolean {
  const demand = world.demands.find((other) => other.demandId === demandId);
  if (!demand || world.settled.has(demandId) || batch.seq >= state.size) return false;
  return equalBytes(headOf(operator, state), demand.head);
}
