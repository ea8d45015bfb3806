import BetterSqlite3 from "better-sqlite3";
import { Kysely } from "kysely";
import { StartError } from "../../errors.ts";
import { SqlDatabase } from "./database.ts";
import type { Engine } from "./engine.ts";
import { LogSync } from "./logSync.ts";
import { migrate, type ColumnTypes } from "./migrations.ts";
import { RelayerSqliteDialect } from "./sqliteDialect.ts";
import { isBusy, isDamage, toSqliteFault } from "./sqliteFaults.ts";
import type { Tables } from "./tables.ts";

const COLUMN_TYPES: ColumnTypes = {
  bytes: "blob",
  integer: "integer",
  rising: (column) => column.primaryKey(),
};

/** How long a file is waited for that another process holds, ms: one that is being stopped lets go of it. */
const BUSY_TIMEOUT = 2_000;

/**
 * Opens or creates a database in one file, which one process at a time may hold.
 * @param options check: whether to look through the whole file for damage first; without it, a damaged file opens as
 *   far as that is possible
 * @throws StartError DATA_FOLDER_IN_USE, DATABASE_DAMAGED, DATABASE_OF_NEWER_VERSION; DatabaseError
 */
export async function openSqlite(file: string, options: { check?: boolean } = {}): Promise<SqlDatabase> {
  const sqlite = new BetterSqlite3(file, { timeout: BUSY_TIMEOUT });
  const toFault = (error: unknown): unknown => toSqliteFault(file, error);
  try {
    // Leaves are random, so a group of entries dirties as many pages: small ones make the log a quarter as long.
    sqlite.pragma("page_size = 1024");
    sqlite.pragma("locking_mode = EXCLUSIVE");
    sqlite.pragma("journal_mode = WAL");
    // Every transaction is synced after its commit and before it ends: see LogSync.
    sqlite.pragma("synchronous = NORMAL");
    sqlite.pragma("foreign_keys = ON");
    // What undoes one statement needs no file of its own, and a page that was changed often goes from the log into the
    // file once. 32,000 pages are 32 MB.
    sqlite.pragma("temp_store = MEMORY");
    sqlite.pragma("wal_autocheckpoint = 32000");
    if (options.check !== false) {
      const found = check(sqlite, "quick_check(1)");
      if (found.length > 0) throw damaged(file);
    }
    const db = new Kysely<Tables>({ dialect: new RelayerSqliteDialect(sqlite, new LogSync(file)) });
    await migrate(db, COLUMN_TYPES);
    return new SqlDatabase(engine(sqlite, db, toFault));
  } catch (error) {
    sqlite.close();
    if (isBusy(error)) throw new StartError("DATA_FOLDER_IN_USE", `${file} is in use by another relayer`);
    if (isDamage(error)) throw options.check === false ? hopeless(file) : damaged(file);
    throw toFault(error);
  }
}

/** Nobody else has the file, so the only process leads. */
function engine(
  sqlite: BetterSqlite3.Database,
  db: Kysely<Tables>,
  toFault: (error: unknown) => unknown,
): Engine {
  return {
    db,
    lead: () => Promise.resolve(true),
    asLeader: (work) => db.transaction().execute(work),
    findDamage: () => db.connection().execute(() => Promise.resolve(findDamage(sqlite))),
    toFault,
    close: () => db.destroy(),
  };
}

function damaged(file: string): StartError {
  return new StartError("DATABASE_DAMAGED", `${file} is damaged: run \`tocsin fsck\`, or restore a backup`);
}

function hopeless(file: string): StartError {
  return new StartError("DATABASE_DAMAGED", `${file} is too damaged to be opened: restore a backup`);
}

function findDamage(sqlite: BetterSqlite3.Database): string[] {
  try {
    const orphans = sqlite.pragma("foreign_key_check") as { table: string; parent: string }[];
    return [
      ...check(sqlite, "integrity_check"),
      ...orphans.map(({ table, parent }) => `a row of ${table} names a row of ${parent} that is not there`),
    ];
  } catch (error) {
    if (isDamage(error)) return [(error as Error).message];
    throw error;
  }
}

/** What a check finds, line by line; "ok" is its word for nothing. */
function check(sqlite: BetterSqlite3.Database, pragma: string): string[] {
  const rows = sqlite.pragma(pragma) as Record<string, string>[];
  return rows.flatMap((row) => Object.values(row)).filter((line) => line !== "ok");
}
