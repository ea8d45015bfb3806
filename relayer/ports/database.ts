import type { AnchoredBatch } from "@tocsin/protocol/log/state.ts";

/** The states through which a report goes, in this order. */
export const STATES = ["received", "sealed", "stored", "posted", "anchored", "finalized"] as const;
export type State = (typeof STATES)[number];
/** A batch exists from its sealing on. */
export type BatchState = Exclude<State, "received">;

/** How far the chain vouches for a block: `latest` may still be reorganised, `safe` hardly, `finalized` no more. */
export type Finality = "latest" | "safe" | "finalized";

export interface EntryRecord {
  /** Leaf hash, 32 bytes. */
  leaf: Uint8Array;
  /** Undefined once the retention period deleted it: the leaf alone still proves its place and finds a repetition. */
  entry: Uint8Array | undefined;
  /** Unix seconds. */
  receivedAt: number;
  /** The deadline that the entry's receipt promises, unix seconds. */
  deadline: number;
  /** The batch that holds the entry, once it is sealed. */
  seq?: number;
}

/** An entry that was just accepted. */
export interface NewEntry extends EntryRecord {
  entry: Uint8Array;
}

/** What sealing needs of an entry that waits. */
export type WaitingEntry = Pick<NewEntry, "entry" | "receivedAt">;

export interface BatchRecord extends AnchoredBatch {
  state: BatchState;
  /** Unix seconds; never earlier than the batch before. */
  sealedAt: number;
  /** When the first of its entries was received, unix seconds. */
  oldestReceivedAt: number;
  /** SHA-256 of its filter's file, 32 bytes, where it has one; it names it in an entry that is not kept beside the others. */
  filterDigest?: Uint8Array;
  /** Whether the retention period deleted its bytes. */
  isDeleted: boolean;
  /** Where the batch stands in the chain, from `anchored` on. */
  anchor?: Anchor;
}

export interface Anchor {
  transactionHash: string;
  blockNumber: number;
  blockHash: string;
  finality: Finality;
}

/** What a transaction is for: a batch by its seq, or a demand by its id. */
export type TaskKey = `append:${number}` | `answer:${string}`;

/** A signed transaction, recorded before it is broadcast. */
export interface TransactionRecord {
  hash: string;
  task: TaskKey;
  nonce: number;
  raw: string;
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
  /** Unix seconds. */
  signedAt: number;
}

/** What waits to be sealed, counted up to a limit. */
export interface Backlog {
  count: number;
  /** Bytes of the entries, without the batch file's framing. */
  bytes: number;
  /** Unix seconds; undefined when nothing waits. */
  oldestReceivedAt?: number;
}

/** Reports in one state. */
export interface StateCount {
  count: number;
  /** When the first of them was received, unix seconds; undefined when there is none. */
  oldestReceivedAt?: number;
}

/**
 * The relayer's memory, which several processes may share. Every method that changes something is durable when it
 * resolves. @throws (every method) DatabaseError
 */
export interface Database {
  /**
   * Keeps entries in one durable step, whoever sent them. Dummies are written as they are, so that the step costs the
   * same; nothing finds them again.
   * @returns for each entry what is kept under its leaf: itself, or the one that was there already
   */
  addEntries(entries: readonly NewEntry[], dummies: readonly Uint8Array[]): Promise<EntryRecord[]>;
  findEntry(leaf: Uint8Array): Promise<EntryRecord | undefined>;
  /** What waits; no more than `limit` entries are counted. */
  backlog(limit: number): Promise<Backlog>;
  /** Entries that wait, oldest first, as many as fit into `maxBytes` of batch file. */
  unsealedEntries(maxBytes: number): Promise<WaitingEntry[]>;
  /** The entries of a batch, in no order, without the one that names its filter. */
  entriesOf(seq: number): Promise<EntryRecord[]>;
  /** Their bytes alone, in no order: undefined once the retention period deleted them. */
  entryBytesOf(seq: number): Promise<Uint8Array[] | undefined>;
  /** How many reports stand in each state. */
  countStates(): Promise<Record<State, StateCount>>;

  /**
   * Whether this process may seal and post from now on: one at a time is the leader, and it stays so until it ends or
   * loses its connection. The methods below that write are the leader's; for one that lost the lead they reject with
   * DatabaseError LEAD_LOST, and nothing is written.
   */
  lead(): Promise<boolean>;
  /** Records a batch and gives it its entries, in one step: those that wait, without the one that names its filter. */
  addBatch(batch: BatchRecord, leaves: readonly Uint8Array[]): Promise<void>;
  /** Batches from `seq` on, in order. */
  batches(from: number, limit: number): Promise<BatchRecord[]>;
  /** The batch whose file, or whose filter's file, has this SHA-256, 32 bytes. */
  findBatch(cidDigest: Uint8Array): Promise<BatchRecord | undefined>;
  /** Batches that were sealed in [from, to), unix seconds, in order. */
  batchesSealed(from: number, to: number): Promise<BatchRecord[]>;
  /** The first batch that is not finalized; without one, the number of batches. */
  firstOpen(): Promise<number>;
  /** From `anchored` on with an anchor; without one, a batch has left the chain. */
  setBatchState(seq: number, state: BatchState, anchor?: Anchor): Promise<void>;
  addTransaction(transaction: TransactionRecord): Promise<void>;
  /** The transactions that were signed for a nonce from this one on, oldest first. */
  transactionsFrom(nonce: number): Promise<TransactionRecord[]>;
  /** Finalized batches that were sealed before a time and still have their bytes, in order. */
  expiredBatches(sealedBefore: number, limit: number): Promise<BatchRecord[]>;
  /** Deletes the dummies that were written so far. */
  forgetDummies(): Promise<void>;
  /** Forgets the bytes of a batch's entries; their leaves stay. */
  deleteBytes(seq: number): Promise<void>;

  /**
   * Puts a batch that the chain holds into its place, with its entries but the one that names its filter: an entry that waited is sealed by it, and keeps the
   * times that its receipt was signed with.
   */
  restoreBatch(batch: BatchRecord, entries: readonly NewEntry[]): Promise<void>;
  /**
   * Takes back the batches from `seq` on, which the chain does not hold: their entries wait again. An entry that names a
   * filter, as another relayer may have left one, names that of its own batch: it is forgotten.
   */
  unseal(seq: number): Promise<void>;
  /** What the database's own check of its files finds wrong, in words. */
  findDamage(): Promise<string[]>;

  /**
   * Binds the database to one log for good, or compares it with the log it is bound to.
   * @returns the identity that it is bound to
   */
  bind(identity: string): Promise<string>;
  close(): Promise<void>;
}

/** Why the database did not do as it was told. Codes are stable. */
export type DatabaseCode = "STORAGE_FULL" | "LEAD_LOST" | "DATABASE_UNAVAILABLE";

/** The database did not keep or find something; nothing was changed. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  readonly code: DatabaseCode;

  constructor(code: DatabaseCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
