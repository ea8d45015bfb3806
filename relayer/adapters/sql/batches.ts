import { sql, type Kysely, type Transaction } from "kysely";
import {
  STATES,
  type Anchor,
  type BatchRecord,
  type BatchState,
  type State,
  type StateCount,
  type TransactionRecord,
} from "../../ports/database.ts";
import { chunks, fromAnchor, fromBatch, fromTransaction, toBatch, toTransaction } from "./rows.ts";
import type { Tables } from "./tables.ts";

/** @see Database.countStates */
export async function countStates(db: Kysely<Tables>): Promise<Record<State, StateCount>> {
  const waiting = db
    .selectFrom("entries")
    .select(({ fn }) => [
      sql.lit("received").$castTo<State>().as("state"),
      fn.countAll<number>().as("count"),
      fn.min<number | null>("received_at").as("oldest"),
    ])
    .where("seq", "is", null);
  // One statement sees one moment: an entry that is sealed meanwhile is counted once.
  const rows = await db
    .selectFrom("batches")
    .select((select) => [
      select.ref("state").$castTo<State>().as("state"),
      // Without the entries that name filters. A sum of 64 bits is a decimal in PostgreSQL.
      select.cast<number>(sql`sum(count) - count(filter_digest)`, "bigint").as("count"),
      select.fn.min<number | null>("oldest_received_at").as("oldest"),
    ])
    .groupBy("state")
    .unionAll(waiting)
    .execute();
  const none = STATES.map((state): [State, StateCount] => [state, { count: 0 }]);
  const counts = Object.fromEntries(none) as Record<State, StateCount>;
  for (const { state, count, oldest } of rows) {
    counts[state] = { count, ...(oldest === null ? {} : { oldestReceivedAt: oldest }) };
  }
  return counts;
}

/** @see Database.addBatch */
export async function addBatch(
  transaction: Transaction<Tables>,
  batch: BatchRecord,
  leaves: readonly Uint8Array[],
): Promise<void> {
  await transaction.insertInto("batches").values(fromBatch(batch)).execute();
  let sealed = 0n;
  for (const chunk of chunks(leaves)) {
    const { numUpdatedRows } = await transaction
      .updateTable("entries")
      .set({ seq: batch.seq })
      .where("leaf", "in", chunk)
      .where("seq", "is", null)
      .executeTakeFirst();
    sealed += numUpdatedRows;
  }
  if (sealed !== BigInt(leaves.length)) {
    throw new Error(`of ${leaves.length} entries for batch ${batch.seq} only ${sealed.toString()} wait`);
  }
}

export async function batches(db: Kysely<Tables>, from: number, limit: number): Promise<BatchRecord[]> {
  const query = db.selectFrom("batches").selectAll().where("seq", ">=", from);
  return (await query.orderBy("seq").limit(limit).execute()).map(toBatch);
}

export async function findBatch(db: Kysely<Tables>, cidDigest: Uint8Array): Promise<BatchRecord | undefined> {
  const query = db
    .selectFrom("batches")
    .selectAll()
    .where((is) => is.or([is("cid_digest", "=", cidDigest), is("filter_digest", "=", cidDigest)]));
  const row = await query.executeTakeFirst();
  return row && toBatch(row);
}

export async function batchesSealed(db: Kysely<Tables>, from: number, to: number): Promise<BatchRecord[]> {
  const query = db
    .selectFrom("batches")
    .selectAll()
    .where("sealed_at", ">=", from)
    .where("sealed_at", "<", to);
  return (await query.orderBy("seq").execute()).map(toBatch);
}

/** @see Database.firstOpen */
export async function firstOpen(db: Kysely<Tables>): Promise<number> {
  const { open, count } = await db
    .selectNoFrom((select) => [
      select
        .selectFrom("batches")
        .select(({ fn }) => fn.min<number | null>("seq").as("seq"))
        // As a literal, like below: a parameter would keep SQLite from using the index.
        .where("state", "<>", sql.lit("finalized"))
        .as("open"),
      select
        .selectFrom("batches")
        .select(({ fn }) => fn.countAll<number>().as("count"))
        .as("count"),
    ])
    .executeTakeFirstOrThrow();
  return open ?? count ?? 0;
}

/** @see Database.setBatchState */
export async function setBatchState(
  transaction: Transaction<Tables>,
  seq: number,
  state: BatchState,
  anchor?: Anchor,
): Promise<void> {
  await transaction
    .updateTable("batches")
    .set({ state, ...fromAnchor(anchor) })
    .where("seq", "=", seq)
    .execute();
}

export async function addTransaction(
  transaction: Transaction<Tables>,
  record: TransactionRecord,
): Promise<void> {
  await transaction.insertInto("transactions").values(fromTransaction(record)).execute();
}

/** @see Database.transactionsFrom */
export async function transactionsFrom(db: Kysely<Tables>, nonce: number): Promise<TransactionRecord[]> {
  const query = db.selectFrom("transactions").selectAll().where("nonce", ">=", nonce);
  return (await query.orderBy("id").execute()).map(toTransaction);
}

/** @see Database.expiredBatches */
export async function expiredBatches(
  db: Kysely<Tables>,
  sealedBefore: number,
  limit: number,
): Promise<BatchRecord[]> {
  const rows = await db
    .selectFrom("batches")
    .selectAll()
    .where("is_deleted", "=", sql.lit(0))
    .where("state", "=", "finalized")
    .where("sealed_at", "<", sealedBefore)
    .orderBy("seq")
    .limit(limit)
    .execute();
  return rows.map(toBatch);
}

/** @see Database.deleteBytes */
export async function deleteBytes(transaction: Transaction<Tables>, seq: number): Promise<void> {
  await transaction.updateTable("entries").set({ entry: null }).where("seq", "=", seq).execute();
  await transaction.updateTable("batches").set({ is_deleted: 1 }).where("seq", "=", seq).execute();
}
