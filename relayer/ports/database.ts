import type { AnchoredBatch } from "@tocsin/protocol/log/state.ts";

/** The states through which a report goes, in this order. */
export const STATES = ["received", "sealed", "stored", "posted", "anchored", "finalized"] as const;
export type State = (typeof STATES)[number];
/** A batch exists from its sealing on. */
export type BatchState = Exclude<State, "received">;

export interface EntryRecord {
  /** Leaf hash, 32 bytes. */
  leaf: Uint8Array;
  entry: Uint8Array;
  /** Unix seconds. */
  receivedAt: number;
  /** The deadline that the entry's receipt promises, unix seconds. */
  deadline: number;
  /** The batch that holds the entry, once it is sealed. */
  seq?: number;
}

export interface BatchRecord extends AnchoredBatch {
  state: BatchState;
  /** Unix seconds. */
  sealedAt: number;
  /** Where the batch stands in the chain, from `anchored` on. */
  anchor?: Anchor;
}

export interface Anchor {
  transactionHash: string;
  blockNumber: number;
  blockHash: string;
}

/** A signed transaction that appends a batch, recorded before it is broadcast. */
export interface TransactionRecord {
  hash: string;
  seq: number;
  nonce: number;
  raw: string;
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
  /** Unix seconds. */
  signedAt: number;
}

/** What waits to be sealed. */
export interface Backlog {
  count: number;
  /** Bytes of the entries, without the batch file's framing. */
  bytes: number;
  /** Unix seconds; undefined when nothing waits. */
  oldestReceivedAt?: number;
}

/** The relayer's memory. Every method that changes something is durable when it resolves. */
export interface Database {
  /** Keeps an entry, or returns the one that is there already under the same leaf. */
  addEntry(entry: EntryRecord): Promise<EntryRecord>;
  findEntry(leaf: Uint8Array): Promise<EntryRecord | undefined>;
  backlog(): Promise<Backlog>;
  /** Entries that wait, oldest first, as many as fit into `maxBytes` of batch file. */
  unsealedEntries(maxBytes: number): Promise<EntryRecord[]>;
  /** The entries of a batch, in no order. */
  entriesOf(seq: number): Promise<Uint8Array[]>;
  /** Records a batch and gives it its entries, in one step. */
  addBatch(batch: BatchRecord, leaves: readonly Uint8Array[]): Promise<void>;
  /** Batches from `seq` on, in order. */
  batches(from: number, limit: number): Promise<BatchRecord[]>;
  setBatchState(seq: number, state: BatchState, anchor?: Anchor): Promise<void>;
  addTransaction(transaction: TransactionRecord): Promise<void>;
  /** The transactions that were signed for a batch, oldest first. */
  transactionsOf(seq: number): Promise<TransactionRecord[]>;
  /** How many reports stand in each state. */
  countStates(): Promise<Record<State, number>>;
  /**
   * Binds the database to one log for good, or compares it with the log it is bound to.
   * @returns the identity that it is bound to
   */
  bind(identity: string): Promise<string>;
  close(): Promise<void>;
}
