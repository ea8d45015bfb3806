import type { Block } from "@tocsin/protocol/check/rpc.ts";
import type { LogEvent } from "@tocsin/protocol/log/events.ts";
import type { AnchoredBatch, LogState } from "@tocsin/protocol/log/state.ts";

export interface Fees {
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
}

/** A transaction that has been signed but not broadcast. */
export interface SignedTransaction {
  hash: string;
  raw: string;
}

/** The contract, as the operator of one log sees and writes it. Rejects with RPC_UNAVAILABLE when the RPC is away. */
export interface Registry {
  /** 20 bytes. */
  readonly address: Uint8Array;
  readonly chainId: number;
  readonly logId: number;
  /** 20 bytes: whose key signs appends and receipts. */
  readonly operator: Uint8Array;
  block(tag: "latest" | "finalized" | number): Promise<Block>;
  /** The log's head at a block, 32 bytes. */
  head(blockNumber: number): Promise<Uint8Array>;
  events(fromBlock: number, toBlock: number): Promise<LogEvent[]>;
  /** The operator's next nonce by mined transactions. */
  nonce(): Promise<number>;
  /** The operator's balance in wei. */
  balance(): Promise<bigint>;
  /** What the network asks for now. */
  fees(): Promise<Fees>;
  /** Gas that the append would use. */
  estimateAppend(state: LogState, batch: AnchoredBatch): Promise<bigint>;
  signAppend(
    state: LogState,
    batch: AnchoredBatch,
    options: Fees & { nonce: number; gasLimit: bigint },
  ): Promise<SignedTransaction>;
  /** Hands a transaction to the network. One that the network knows already is no error. */
  broadcast(raw: string): Promise<void>;
  /** Signs a receipt's digest (32 bytes) with the operator's key: r ‖ s ‖ v, 65 bytes. */
  signDigest(digest: Uint8Array): Uint8Array;
}
