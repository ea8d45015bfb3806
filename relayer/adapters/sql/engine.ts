import type { Kysely, Transaction } from "kysely";
import type { Tables } from "./tables.ts";

/** What SQLite and PostgreSQL do each in its own way. */
export interface Engine {
  /** For what every process may do. */
  readonly db: Kysely<Tables>;
  /** Whether this process leads from now on; the log is told by its identity. */
  lead(identity: string): Promise<boolean>;
  /** Runs a transaction that only commits while this process leads. @throws DatabaseError LEAD_LOST */
  asLeader<T>(work: (transaction: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** What the database's own check of its files finds wrong, in words. */
  findDamage(): Promise<string[]>;
  /** What is to be thrown for an error: a DatabaseError where the database is to blame. */
  toFault(error: unknown): unknown;
  close(): Promise<void>;
}
