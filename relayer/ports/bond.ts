import type { Demanded } from "@tocsin/protocol/bond/events.ts";
import type { AnchoredBatch, LogState } from "@tocsin/protocol/log/state.ts";
import type { SignedTransaction, SigningOptions } from "./registry.ts";

/** The proof that the log whose head a demand recorded holds the entry that it asks for. */
export interface Answer {
  demandId: string;
  /** Who operated the log when the demand was made, 20 bytes. */
  operator: Uint8Array;
  /** The log's state when the demand was made. */
  state: LogState;
  /** The batch that holds the entry. */
  batch: AnchoredBatch;
  /** From the batch's leaf up to the peak of its mountain. */
  batchPath: readonly Uint8Array[];
  /** Position of the entry in the batch, from 0. */
  index: number;
  /** From the entry's leaf up to the batch's root. */
  path: readonly Uint8Array[];
}

/**
 * The bond contract, as one relayer sees and answers it. Rejects with RPC_UNAVAILABLE when the RPC is away, and with
 * BlockUnknownError for a block that the node does not know.
 */
export interface Bond {
  /** 20 bytes. */
  readonly address: Uint8Array;
  /** How long before its deadline a receipt may be signed, seconds. */
  readonly longestReceipt: number;
  /** The demands that were made on this relayer's bond for its log, both blocks included. */
  demands(fromBlock: number, toBlock: number): Promise<Demanded[]>;
  /** Which of these demands were answered or claimed, both blocks included. */
  settled(demandIds: readonly string[], fromBlock: number, toBlock: number): Promise<Set<string>>;
  /** Gas that the answer would use on top of a block. Rejects when the contract would refuse it. */
  estimateAnswer(answer: Answer, blockNumber: number): Promise<bigint>;
  /** Rejects when the signer does not sign. */
  signAnswer(answer: Answer, options: SigningOptions): Promise<SignedTransaction>;
}
