import type { Generated } from "kysely";
import type { BatchState, Finality } from "../../ports/database.ts";

/**
 * The relayer's tables, the same in SQLite and PostgreSQL. Times are unix seconds, wei decimal text, flags 0 or 1.
 * No address has a place here.
 */
export interface Tables {
  entries: EntryTable;
  /** Dummies, under random leaves, until they are forgotten: a table like the one above, so that a row costs the same. */
  dummies: EntryTable;
  batches: {
    seq: number;
    first_index: number;
    count: number;
    root: Uint8Array;
    cid_digest: Uint8Array;
    state: BatchState;
    sealed_at: number;
    oldest_received_at: number;
    is_deleted: number;
    /** Null for a batch without a filter. */
    filter_digest: Uint8Array | null;
    /** This and the three below: all null before `anchored`. */
    transaction_hash: string | null;
    block_number: number | null;
    block_hash: string | null;
    finality: Finality | null;
  };
  transactions: {
    /** Rises in the order of signing. */
    id: Generated<number>;
    hash: string;
    task: string;
    nonce: number;
    raw: string;
    max_fee_per_gas: string;
    max_priority_fee_per_gas: string;
    signed_at: number;
  };
  identity: { id: 1; identity: string };
}

interface EntryTable {
  /** Rises in the order of arrival, so that an index over what waits grows at its end alone. */
  id: Generated<number>;
  leaf: Uint8Array;
  /** Null once the retention period deleted it. */
  entry: Uint8Array | null;
  received_at: number;
  deadline: number;
  /** Null while the entry waits to be sealed. */
  seq: number | null;
}
