import BetterSqlite3 from "better-sqlite3";
import { Kysely, SqliteDialect, type Selectable } from "kysely";
import { batchFileLength } from "@tocsin/protocol/batch/file.ts";
import {
  STATES,
  type Anchor,
  type Backlog,
  type BatchRecord,
  type BatchState,
  type Database,
  type EntryRecord,
  type State,
  type TransactionRecord,
} from "../../ports/database.ts";
import { StartError } from "../../errors.ts";
import { createSchema, type Tables } from "./schema.ts";

/** The relayer's database in one SQLite file, which one process at a time may hold. */
export class SqliteDatabase implements Database {
  readonly #db: Kysely<Tables>;

  private constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Opens or creates the file. @throws when another process holds it */
  static async open(file: string): Promise<SqliteDatabase> {
    const sqlite = new BetterSqlite3(file, { timeout: 2_000 });
    try {
      sqlite.pragma("locking_mode = EXCLUSIVE");
      sqlite.pragma("journal_mode = WAL");
      // With FULL a commit is on the disk before it returns, which is what a receipt promises.
      sqlite.pragma("synchronous = FULL");
      sqlite.pragma("foreign_keys = ON");
      const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: sqlite }) });
      await createSchema(db);
      return new SqliteDatabase(db);
    } catch (error) {
      sqlite.close();
      if ((error as { code?: string }).code !== "SQLITE_BUSY") throw error;
      throw new StartError("DATA_FOLDER_IN_USE", `${file} is in use by another relayer`, { cause: error });
    }
  }

  async addEntry(entry: EntryRecord): Promise<EntryRecord> {
    const { leaf, receivedAt, deadline } = entry;
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto("entries")
      .values({ leaf, entry: entry.entry, received_at: receivedAt, deadline, seq: null })
      .onConflict((conflict) => conflict.column("leaf").doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 1n) return entry;
    return (await this.findEntry(leaf)) as EntryRecord;
  }

  async findEntry(leaf: Uint8Array): Promise<EntryRecord | undefined> {
    const row = await this.#db.selectFrom("entries").selectAll().where("leaf", "=", leaf).executeTakeFirst();
    return row && toEntry(row);
  }

  async backlog(): Promise<Backlog> {
    const row = await this.#db
      .selectFrom("entries")
      .select((select) => [
        select.fn.countAll<number>().as("count"),
        select.fn
          .coalesce(select.fn.sum<number>(select.fn<number>("length", ["entry"])), select.lit(0))
          .as("bytes"),
        select.fn.min("received_at").as("oldest"),
      ])
      .where("seq", "is", null)
      .executeTakeFirstOrThrow();
    const oldest = row.oldest as number | null;
    return { count: row.count, bytes: row.bytes, ...(oldest === null ? {} : { oldestReceivedAt: oldest }) };
  }

  async unsealedEntries(maxBytes: number): Promise<EntryRecord[]> {
    const most = Math.floor(maxBytes / batchFileLength([1]));
    const rows = await this.#db
      .selectFrom("entries")
      .selectAll()
      .where("seq", "is", null)
      .orderBy("received_at")
      .orderBy("leaf")
      .limit(most)
      .execute();
    let bytes = batchFileLength([]);
    const fitting = rows.findIndex((row) => {
      bytes += batchFileLength([row.entry.length]) - batchFileLength([]);
      return bytes > maxBytes;
    });
    return (fitting === -1 ? rows : rows.slice(0, fitting)).map(toEntry);
  }

  async entriesOf(seq: number): Promise<Uint8Array[]> {
    const rows = await this.#db.selectFrom("entries").select("entry").where("seq", "=", seq).execute();
    return rows.map(({ entry }) => new Uint8Array(entry));
  }

  async addBatch(batch: BatchRecord, leaves: readonly Uint8Array[]): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      await transaction
        .insertInto("batches")
        .values({
          seq: batch.seq,
          first_index: batch.firstIndex,
          count: batch.count,
          root: batch.root,
          cid_digest: batch.cidDigest,
          state: batch.state,
          sealed_at: batch.sealedAt,
          transaction_hash: null,
          block_number: null,
          block_hash: null,
        })
        .execute();
      for (const leaf of leaves) {
        await transaction.updateTable("entries").set({ seq: batch.seq }).where("leaf", "=", leaf).execute();
      }
    });
  }

  async batches(from: number, limit: number): Promise<BatchRecord[]> {
    const rows = await this.#db
      .selectFrom("batches")
      .selectAll()
      .where("seq", ">=", from)
      .orderBy("seq")
      .limit(limit)
      .execute();
    return rows.map(toBatch);
  }

  async setBatchState(seq: number, state: BatchState, anchor?: Anchor): Promise<void> {
    await this.#db
      .updateTable("batches")
      .set({
        state,
        transaction_hash: anchor?.transactionHash ?? null,
        block_number: anchor?.blockNumber ?? null,
        block_hash: anchor?.blockHash ?? null,
      })
      .where("seq", "=", seq)
      .execute();
  }

  async addTransaction(transaction: TransactionRecord): Promise<void> {
    const { hash, seq, nonce, raw, maxFeePerGas, maxPriorityFeePerGas, signedAt } = transaction;
    await this.#db
      .insertInto("transactions")
      .values({
        hash,
        seq,
        nonce,
        raw,
        max_fee_per_gas: maxFeePerGas.toString(),
        max_priority_fee_per_gas: maxPriorityFeePerGas.toString(),
        signed_at: signedAt,
      })
      .execute();
  }

  async transactionsOf(seq: number): Promise<TransactionRecord[]> {
    const rows = await this.#db
      .selectFrom("transactions")
      .selectAll()
      .where("seq", "=", seq)
      .orderBy("id")
      .execute();
    return rows.map((row) => ({
      hash: row.hash,
      seq: row.seq,
      nonce: row.nonce,
      raw: row.raw,
      maxFeePerGas: BigInt(row.max_fee_per_gas),
      maxPriorityFeePerGas: BigInt(row.max_priority_fee_per_gas),
      signedAt: row.signed_at,
    }));
  }

  async countStates(): Promise<Record<State, number>> {
    const counts = Object.fromEntries(STATES.map((state) => [state, 0])) as Record<State, number>;
    const rows = await this.#db
      .selectFrom("batches")
      .select((select) => ["state", select.fn.sum<number>("count").as("count")])
      .groupBy("state")
      .execute();
    for (const { state, count } of rows) counts[state] = count;
    counts.received = (await this.backlog()).count;
    return counts;
  }

  async bind(identity: string): Promise<string> {
    await this.#db
      .insertInto("identity")
      .values({ id: 1, identity })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return (await this.#db.selectFrom("identity").select("identity").executeTakeFirstOrThrow()).identity;
  }

  async close(): Promise<void> {
    await this.#db.destroy();
  }
}

function toEntry(row: Selectable<Tables["entries"]>): EntryRecord {
  return {
    leaf: new Uint8Array(row.leaf),
    entry: new Uint8Array(row.entry),
    receivedAt: row.received_at,
    deadline: row.deadline,
    ...(row.seq === null ? {} : { seq: row.seq }),
  };
}

function toBatch(row: Selectable<Tables["batches"]>): BatchRecord {
  const { transaction_hash: transactionHash, block_number: blockNumber, block_hash: blockHash } = row;
  return {
    seq: row.seq,
    firstIndex: row.first_index,
    count: row.count,
    root: new Uint8Array(row.root),
    cidDigest: new Uint8Array(row.cid_digest),
    state: row.state,
    sealedAt: row.sealed_at,
    ...(transactionHash === null || blockNumber === null || blockHash === null
      ? {}
      : { anchor: { transactionHash, blockNumber, blockHash } }),
  };
}
