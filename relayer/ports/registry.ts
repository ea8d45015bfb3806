import type { Block } from "@tocsin/protocol/check/rpc.ts";
import type { LogEvent } from "@tocsin/protocol/log/events.ts";
import type { AnchoredBatch, LogState } from "@tocsin/protocol/log/state.ts";

/** What a transaction offers for a unit of gas, in wei. */
export interface Fees {
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
}

/** What the network asks for a unit of gas in the next block, in wei. */
export interface NetworkFees {
  baseFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
}

/** A transaction that has been signed but not broadcast. */
export interface SignedTransaction {
  hash: string;
  raw: string;
}

/** What a transaction is signed with besides its call. */
export type SigningOptions = Fees & { nonce: number; gasLimit: bigint };

/**
 * The contract, as the operator of one log sees and writes it. Every method that asks the chain rejects with
 * RPC_UNAVAILABLE when the RPC is away, and those that name a block with BlockUnknownError.
 */
export interface Registry {
  /** 20 bytes. */
  readonly address: Uint8Array;
  readonly chainId: number;
  readonly logId: number;
  /** 20 bytes: whose key signs appends and receipts. */
  readonly operator: Uint8Array;
  /** A node that does not tell "safe" answers with "finalized"; before anything is finalized that is block 0. */
  block(tag: "latest" | "safe" | "finalized" | number): Promise<Block>;
  /** The log's head at a block, 32 bytes. */
  head(blockNumber: number): Promise<Uint8Array>;
  /** The log's events, both blocks included. */
  events(fromBlock: number, toBlock: number): Promise<LogEvent[]>;
  /** The operator's next nonce at a block, by mined transactions. */
  nonce(blockNumber: number): Promise<number>;
  /** The operator's balance at a block, in wei. */
  balance(blockNumber: number): Promise<bigint>;
  /** What the block after this one asks for. */
  fees(blockNumber: number): Promise<NetworkFees>;
  /** Gas that the append would use on top of a block. Rejects when the contract would refuse it. */
  estimateAppend(state: LogState, batch: AnchoredBatch, blockNumber: number): Promise<bigint>;
  /** Rejects when the signer does not sign. */
  signAppend(state: LogState, batch: AnchoredBatch, options: SigningOptions): Promise<SignedTransaction>;
  /** The gas limit that a signed transaction names. */
  gasLimitOf(raw: string): bigint;
  /** Hands a transaction to the network. One that it knows already is no error. @throws BroadcastError */
  broadcast(raw: string): Promise<void>;
}

/** The node does not know the block that it was asked about: it lags behind the one that named the block. */
export class BlockUnknownError extends Error {
  override readonly name = "BlockUnknownError";
}

/** Why the network did not take a transaction. */
export type BroadcastCode =
  /** The nonce is used. */
  | "NONCE_TOO_LOW"
  /** The node keeps no transaction whose predecessor it does not know. */
  | "NONCE_TOO_HIGH"
  /** The network holds another transaction with the nonce, which this one does not outbid. */
  | "REPLACEMENT_UNDERPRICED"
  /** The node wants higher fees. */
  | "UNDERPRICED"
  /** The account cannot pay for this one and those before it. */
  | "INSUFFICIENT_FUNDS"
  /** The node takes nothing now, or not so much. */
  | "NODE_BUSY"
  /** Anything else, in the node's words. */
  | "REFUSED";

/** The network answered, and did not take a transaction. */
export class BroadcastError extends Error {
  override readonly name = "BroadcastError";
  readonly code: BroadcastCode;

  constructor(code: BroadcastCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
