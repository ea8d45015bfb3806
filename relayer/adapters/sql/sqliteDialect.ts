import type BetterSqlite3 from "better-sqlite3";
import {
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type DialectAdapter,
  type Driver,
  type SqliteDatabase,
} from "kysely";

type Prepared = ReturnType<SqliteDatabase["prepare"]>;

/** Statements that are kept prepared: more than the relayer has, but for groups of different sizes. */
const MOST_STATEMENTS = 200;

/** What makes a commit durable. */
export interface Sync {
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Kysely's SQLite with prepared statements, migrations in transactions, commits that are synced off the main thread, and a
 * way back from every failed one.
 */
export class RelayerSqliteDialect extends SqliteDialect {
  readonly #sqlite: BetterSqlite3.Database;
  readonly #log: Sync;

  constructor(sqlite: BetterSqlite3.Database, log: Sync) {
    super({ database: sqlite });
    this.#sqlite = sqlite;
    this.#log = log;
  }

  override createDriver(): Driver {
    return new RelayerSqliteDriver(this.#sqlite, this.#log);
  }

  override createAdapter(): DialectAdapter {
    return new TransactionalSqliteAdapter();
  }
}

class RelayerSqliteDriver extends SqliteDriver {
  readonly #sqlite: BetterSqlite3.Database;
  readonly #log: Sync;

  constructor(sqlite: BetterSqlite3.Database, log: Sync) {
    super({ database: preparing(sqlite) });
    this.#sqlite = sqlite;
    this.#log = log;
  }

  /** The connection is held until the commit is durable: what follows is not durable before it. */
  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await super.commitTransaction(connection);
    await this.#log.sync();
  }

  override async destroy(): Promise<void> {
    await this.#log.close();
    await super.destroy();
  }

  /** SQLite itself ends a transaction that a full disk broke; a second end would hide why. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#sqlite.inTransaction) await super.rollbackTransaction(connection);
  }
}

class TransactionalSqliteAdapter extends SqliteAdapter {
  /** So that a crash amid a migration leaves none of it. */
  override get supportsTransactionalDdl(): true {
    return true;
  }
}

/** The database with the statements that it was last asked for kept prepared. */
function preparing(sqlite: BetterSqlite3.Database): SqliteDatabase {
  const statements = new Map<string, Prepared>();
  return {
    prepare: (sql) => {
      const statement = statements.get(sql) ?? sqlite.prepare(sql);
      statements.delete(sql);
      statements.set(sql, statement);
      for (const oldest of statements.keys()) {
        if (statements.size <= MOST_STATEMENTS) break;
        statements.delete(oldest);
      }
      return statement;
    },
    close: () => {
      sqlite.close();
    },
  };
}
