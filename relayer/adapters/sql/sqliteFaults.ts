import { closeSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import BetterSqlite3 from "better-sqlite3";
import { DatabaseError } from "../../ports/database.ts";

const NO_ROOM = ["ENOSPC", "EDQUOT", "EFBIG"];
const PROBE_LENGTH = 4_096;

export function isBusy(error: unknown): boolean {
  return code(error) === "SQLITE_BUSY";
}

/** Whether SQLite says that its file is damaged or none of its own. */
export function isDamage(error: unknown): boolean {
  return code(error) === "SQLITE_NOTADB" || code(error).startsWith("SQLITE_CORRUPT");
}

/** SQLite's own failures as the port's; anything else is passed on as it is. */
export function toSqliteFault(file: string, error: unknown): unknown {
  const sqliteCode = code(error);
  if (isDamage(error)) {
    return new DatabaseError(
      "DATABASE_UNAVAILABLE",
      "the database is damaged: stop the relayer and run `tocsin fsck`",
    );
  }
  if (sqliteCode === "SQLITE_FULL" || (sqliteCode.startsWith("SQLITE_IOERR") && !hasRoom(file))) {
    return new DatabaseError("STORAGE_FULL", "there is no room for the database");
  }
  if (/^SQLITE_(IOERR|BUSY|LOCKED|CANTOPEN|READONLY|NOMEM|PERM|PROTOCOL)/.test(sqliteCode)) {
    return new DatabaseError("DATABASE_UNAVAILABLE", `the database's file can't be used (${sqliteCode})`);
  }
  return error;
}

function code(error: unknown): string {
  return error instanceof BetterSqlite3.SqliteError ? error.code : "";
}

/** SQLite tells only that it could not write: writing as far behind the start of a file as it does tells why. */
function hasRoom(file: string): boolean {
  const probe = `${file}-probe`;
  try {
    const end = Math.max(length(file), length(`${file}-wal`));
    const descriptor = openSync(probe, "w", 0o600);
    try {
      return writeSync(descriptor, new Uint8Array(PROBE_LENGTH), 0, PROBE_LENGTH, end) === PROBE_LENGTH;
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return !NO_ROOM.includes((error as NodeJS.ErrnoException).code ?? "");
  } finally {
    rmSync(probe, { force: true });
  }
}

function length(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
