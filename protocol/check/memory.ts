import type { LogEvent } from "../log/events.ts";
import type { BatchHit, EntryCounts } from "./matchBatch.ts";
import type { Block } from "./rpc.ts";

/**
 * What a check leaves on this device for the next check of the same log. It says whom its owner met, so it is kept as
 * private as contact records are.
 */
export interface CheckMemory {
  /** Undefined where there is nothing that can be used. */
  load(): Promise<Remembered | undefined>;
  /** Replaces all that is kept, in one durable step. */
  begin(remembered: Remembered): Promise<void>;
  /** One batch more was compared with `compared`. */
  addBatch(batch: RememberedBatch): Promise<void>;
}

/** A log as an earlier check read it. */
export interface KnownLog {
  chainId: number;
  /** 20 bytes. */
  registry: Uint8Array;
  logId: number;
  /** As of which the events were compared with the heads in the contract. */
  block: Block;
  /** All of the log's events up to that block. */
  events: readonly LogEvent[];
}

export interface Remembered extends KnownLog {
  /** 32 random bytes. */
  key: Uint8Array;
  /** The contacts that every batch below was compared with, sorted: see compareContacts. */
  compared: BigUint64Array;
  batches: readonly RememberedBatch[];
  /**
   * Batches, by seq, that a light client chose to read whole: whenever they are read again it is whole, without a choice.
   * Of two choices that somebody sees, the hits are what both have in common.
   */
  chosen: readonly number[];
}

/** What comparing one batch gave, or its filter alone. */
export interface RememberedBatch {
  seq: number;
  /** 32 bytes. */
  root: Uint8Array;
  /** The block that anchored it, 0x and 32 bytes of hex. */
  blockHash: string;
  /** When that was, unix seconds. */
  anchoredAt: number;
  counts: EntryCounts;
  isFilterFalse: boolean;
  /** Whether it was not read, since its filter finds none of the contacts. Nothing else is known of it then. */
  isPassed: boolean;
  /** As BatchMatch has it. */
  disclosed: Uint32Array;
  hits: RememberedHit[];
}

/** An entry whose report covers some contact. Its signature is verified in every check. */
export interface RememberedHit {
  entry: Uint8Array;
  index: number;
  /** Inclusion path, from the bottom up. */
  path: Uint8Array[];
}

/** What is kept of a hit: the rest follows from it, or may be another next time. */
export function toRememberedHit({ entry, index, path }: BatchHit): RememberedHit {
  return { entry, index, path };
}
