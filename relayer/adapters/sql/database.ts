import type { Kysely, Transaction } from "kysely";
import {
  DatabaseError,
  type Anchor,
  type Backlog,
  type BatchRecord,
  type BatchState,
  type Database,
  type EntryRecord,
  type NewEntry,
  type State,
  type StateCount,
  type TransactionRecord,
  type WaitingEntry,
} from "../../ports/database.ts";
import * as batches from "./batches.ts";
import type { Engine } from "./engine.ts";
import * as entries from "./entries.ts";
import * as repair from "./repair.ts";
import type { Tables } from "./tables.ts";

/** The relayer's memory in an SQL database. `openSqlite` and `openPostgres` make one. */
export class SqlDatabase implements Database {
  readonly #engine: Engine;
  #identity: string | undefined;
  #isClosed = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  addEntries(added: readonly NewEntry[], dummies: readonly Uint8Array[]): Promise<EntryRecord[]> {
    return this.#run((db) => entries.addEntries(db, added, dummies));
  }

  findEntry(leaf: Uint8Array): Promise<EntryRecord | undefined> {
    return this.#run((db) => entries.findEntry(db, leaf));
  }

  backlog(limit: number): Promise<Backlog> {
    return this.#run((db) => entries.backlog(db, limit));
  }

  unsealedEntries(maxBytes: number): Promise<WaitingEntry[]> {
    return this.#run((db) => entries.unsealedEntries(db, maxBytes));
  }

  entriesOf(seq: number): Promise<EntryRecord[]> {
    return this.#run((db) => entries.entriesOf(db, seq));
  }

  entryBytesOf(seq: number): Promise<Uint8Array[] | undefined> {
    return this.#run((db) => entries.entryBytesOf(db, seq));
  }

  countStates(): Promise<Record<State, StateCount>> {
    return this.#run((db) => batches.countStates(db));
  }

  /** The database is bound to its log before: the lead is that log's. */
  lead(): Promise<boolean> {
    return this.#run(() => {
      if (this.#identity === undefined) throw new Error("a database that is bound to no log has no leader");
      return this.#engine.lead(this.#identity);
    });
  }

  addBatch(batch: BatchRecord, leaves: readonly Uint8Array[]): Promise<void> {
    return this.#write((transaction) => batches.addBatch(transaction, batch, leaves));
  }

  batches(from: number, limit: number): Promise<BatchRecord[]> {
    return this.#run((db) => batches.batches(db, from, limit));
  }

  findBatch(cidDigest: Uint8Array): Promise<BatchRecord | undefined> {
    return this.#run((db) => batches.findBatch(db, cidDigest));
  }

  batchesSealed(from: number, to: number): Promise<BatchRecord[]> {
    return this.#run((db) => batches.batchesSealed(db, from, to));
  }

  firstOpen(): Promise<number> {
    return this.#run((db) => batches.firstOpen(db));
  }

  setBatchState(seq: number, state: BatchState, anchor?: Anchor): Promise<void> {
    return this.#write((transaction) => batches.setBatchState(transaction, seq, state, anchor));
  }

  addTransaction(record: TransactionRecord): Promise<void> {
    return this.#write((transaction) => batches.addTransaction(transaction, record));
  }

  transactionsFrom(nonce: number): Promise<TransactionRecord[]> {
    return this.#run((db) => batches.transactionsFrom(db, nonce));
  }

  expiredBatches(sealedBefore: number, limit: number): Promise<BatchRecord[]> {
    return this.#run((db) => batches.expiredBatches(db, sealedBefore, limit));
  }

  forgetDummies(): Promise<void> {
    return this.#write((transaction) => entries.forgetDummies(transaction));
  }

  deleteBytes(seq: number): Promise<void> {
    return this.#write((transaction) => batches.deleteBytes(transaction, seq));
  }

  restoreBatch(batch: BatchRecord, restored: readonly NewEntry[]): Promise<void> {
    return this.#write((transaction) => repair.restoreBatch(transaction, batch, restored));
  }

  unseal(seq: number): Promise<void> {
    return this.#write((transaction) => repair.unseal(transaction, seq));
  }

  findDamage(): Promise<string[]> {
    return this.#run(() => this.#engine.findDamage());
  }

  bind(identity: string): Promise<string> {
    return this.#run(async (db) => {
      this.#identity = await db.transaction().execute(async (transaction) => {
        await transaction
          .insertInto("identity")
          .values({ id: 1, identity })
          .onConflict((conflict) => conflict.column("id").doNothing())
          .execute();
        const bound = await transaction.selectFrom("identity").select("identity").executeTakeFirstOrThrow();
        return bound.identity;
      });
      return this.#identity;
    });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#engine.close();
  }

  #write(work: (transaction: Transaction<Tables>) => Promise<void>): Promise<void> {
    return this.#run(() => this.#engine.asLeader(work));
  }

  async #run<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new DatabaseError("DATABASE_UNAVAILABLE", "the database is closed");
    try {
      return await work(this.#engine.db);
    } catch (error) {
      throw this.#engine.toFault(error);
    }
  }
}
