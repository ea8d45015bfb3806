import type { Generated, Kysely } from "kysely";
import type { BatchState } from "../../ports/database.ts";

/** The relayer's tables. Bytes are BLOBs, times unix seconds, wei decimal text. No address has a place here. */
export interface Tables {
  entries: {
    leaf: Uint8Array;
    entry: Uint8Array;
    received_at: number;
    deadline: number;
    seq: number | null;
  };
  batches: {
    seq: number;
    first_index: number;
    count: number;
    root: Uint8Array;
    cid_digest: Uint8Array;
    state: BatchState;
    sealed_at: number;
    transaction_hash: string | null;
    block_number: number | null;
    block_hash: string | null;
  };
  transactions: {
    /** Rises in the order of signing. */
    id: Generated<number>;
    hash: string;
    seq: number;
    nonce: number;
    raw: string;
    max_fee_per_gas: string;
    max_priority_fee_per_gas: string;
    signed_at: number;
  };
  identity: { id: 1; identity: string };
}

/** Creates what is missing. */
export async function createSchema(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable("entries")
    .ifNotExists()
    .addColumn("leaf", "blob", (column) => column.primaryKey().notNull())
    .addColumn("entry", "blob", (column) => column.notNull())
    .addColumn("received_at", "integer", (column) => column.notNull())
    .addColumn("deadline", "integer", (column) => column.notNull())
    .addColumn("seq", "integer", (column) => column.references("batches.seq"))
    .execute();
  await db.schema
    .createIndex("entries_by_seq")
    .ifNotExists()
    .on("entries")
    .columns(["seq", "received_at"])
    .execute();
  await db.schema
    .createTable("batches")
    .ifNotExists()
    .addColumn("seq", "integer", (column) => column.primaryKey())
    .addColumn("first_index", "integer", (column) => column.notNull())
    .addColumn("count", "integer", (column) => column.notNull())
    .addColumn("root", "blob", (column) => column.notNull())
    .addColumn("cid_digest", "blob", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("sealed_at", "integer", (column) => column.notNull())
    .addColumn("transaction_hash", "text")
    .addColumn("block_number", "integer")
    .addColumn("block_hash", "text")
    .execute();
  await db.schema
    .createTable("transactions")
    .ifNotExists()
    .addColumn("id", "integer", (column) => column.primaryKey())
    .addColumn("hash", "text", (column) => column.notNull().unique())
    .addColumn("seq", "integer", (column) => column.notNull().references("batches.seq"))
    .addColumn("nonce", "integer", (column) => column.notNull())
    .addColumn("raw", "text", (column) => column.notNull())
    .addColumn("max_fee_per_gas", "text", (column) => column.notNull())
    .addColumn("max_priority_fee_per_gas", "text", (column) => column.notNull())
    .addColumn("signed_at", "integer", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("identity")
    .ifNotExists()
    .addColumn("id", "integer", (column) => column.primaryKey())
    .addColumn("identity", "text", (column) => column.notNull())
    .execute();
}
