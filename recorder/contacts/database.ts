import { chmodSync, closeSync, openSync } from "node:fs";
import BetterSqlite3 from "better-sqlite3";
import { RecorderError } from "../errors.ts";

/** How long a statement waits for another process, ms: the command line deletes and reads beside the recorder. */
const BUSY_TIMEOUT = 2_000;
const VERSION = 1;

/** Times are unix seconds, distances whole centimetres; `measured` counts the samples that had a distance. */
const SCHEMA = `
  CREATE TABLE contacts (
    tcn BLOB NOT NULL CHECK (length(tcn) = 16),
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL CHECK (last_seen >= first_seen),
    samples INTEGER NOT NULL CHECK (samples > 0),
    measured INTEGER NOT NULL CHECK (measured BETWEEN 0 AND samples),
    min_cm INTEGER CHECK ((min_cm IS NULL) = (measured = 0) AND min_cm >= 0),
    sum_cm INTEGER NOT NULL CHECK (sum_cm >= 0),
    revision INTEGER NOT NULL UNIQUE,
    PRIMARY KEY (tcn, first_seen)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX contacts_by_age ON contacts (first_seen, tcn);
  CREATE INDEX moments_by_age ON contacts (first_seen) WHERE samples = 1;
  CREATE INDEX contacts_by_end ON contacts (last_seen);
  CREATE TABLE revision (id INTEGER PRIMARY KEY CHECK (id = 1), latest INTEGER NOT NULL) STRICT;
  PRAGMA user_version = ${VERSION};
`;

/**
 * Opens or creates the contacts' file, for its owner alone. What is deleted from it is overwritten.
 * @throws DATABASE_DAMAGED, DATABASE_OF_NEWER_VERSION, DATA_FOLDER_UNUSABLE
 */
export function openDatabase(file: string): BetterSqlite3.Database {
  let database: BetterSqlite3.Database | undefined;
  try {
    // SQLite gives its other files the permissions of this one.
    closeSync(openSync(file, "a", 0o600));
    chmodSync(file, 0o600);
    database = new BetterSqlite3(file, { timeout: BUSY_TIMEOUT });
    database.pragma("secure_delete = ON");
    database.pragma("journal_mode = WAL");
    // A crash of the process loses nothing that was committed, one of the machine the last seconds.
    database.pragma("synchronous = NORMAL");
    prepare(file, database);
    return database;
  } catch (error) {
    database?.close();
    throw toRecorderError(file, error);
  }
}

/** A failure of SQLite's or of the file system's as the recorder's own; any other error is passed on as it is. */
export function toRecorderError(file: string, error: unknown): unknown {
  if (error instanceof RecorderError || !(error instanceof Error)) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined) return error;
  if (code === "SQLITE_NOTADB" || code.startsWith("SQLITE_CORRUPT")) return damaged(file);
  return new RecorderError("DATA_FOLDER_UNUSABLE", `${file} can't be used (${code})`, { cause: error });
}

function prepare(file: string, database: BetterSqlite3.Database): void {
  // Another process may create the tables at the same time.
  database
    .transaction(() => {
      const version = database.pragma("user_version", { simple: true }) as number;
      if (version === 0) database.exec(SCHEMA);
      else if (version !== VERSION) {
        throw new RecorderError(
          "DATABASE_OF_NEWER_VERSION",
          `${file} was written by a newer Tocsin: use that one`,
        );
      }
    })
    .immediate();
  const found = database.pragma("quick_check(1)", { simple: true });
  if (found !== "ok") throw damaged(file);
}

function damaged(file: string): RecorderError {
  return new RecorderError(
    "DATABASE_DAMAGED",
    `${file} is damaged: restore a copy, or remove it to begin anew`,
  );
}
