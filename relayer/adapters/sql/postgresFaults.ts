import pg from "pg";
import { DatabaseError } from "../../ports/database.ts";

const DISK_FULL = "53100";
const DAMAGE = /^XX00[12]$/;
/**
 * Connections, resources, operators' stops, system errors, conflicts between transactions, wrong credentials,
 * a server that only reads: each may pass, and none is the relayer's fault.
 */
const UNAVAILABLE = /^(08|28|3D|40|53|55|57|58)|^25006$/;
/** The driver's own words when it gives a connection up; these errors have no code. */
const DRIVER_FAULT =
  /^(Connection terminated|timeout (expired|exceeded)|Client (was closed|has encountered)|Query read timeout|Cannot use a pool|Postgres connection has been discarded|The server does not support SSL)/;
const HINTS: Record<string, string> = {
  "28000": "it refuses the user",
  "28P01": "it refuses the user or the password",
  "3D000": "it has no such database",
  "53300": "it has too many connections",
};

/** PostgreSQL's failures as the port's, without the server's details: they may hold what was written. */
export function toPostgresFault(error: unknown): unknown {
  if (error instanceof DatabaseError || !(error instanceof Error)) return error;
  const code = codeOf(error);
  if (code === DISK_FULL) return new DatabaseError("STORAGE_FULL", "PostgreSQL has no room left");
  if (error instanceof pg.DatabaseError && DAMAGE.test(code)) {
    return new DatabaseError("DATABASE_UNAVAILABLE", "PostgreSQL's files are damaged: run `tocsin fsck`");
  }
  if (isConnectionFault(error) || (error instanceof pg.DatabaseError && UNAVAILABLE.test(code))) {
    const why = HINTS[code] ?? "it does not answer";
    return new DatabaseError(
      "DATABASE_UNAVAILABLE",
      `PostgreSQL can't be used: ${why} (${code || error.message})`,
    );
  }
  if (error instanceof pg.DatabaseError) return new Error(`PostgreSQL refused a statement: ${error.message}`);
  return error;
}

/** Whether an error says that the connection is gone, or may as well be. */
export function isConnectionFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof pg.DatabaseError) return /^(08|57P0)/.test(codeOf(error));
  return "syscall" in error || error instanceof AggregateError || DRIVER_FAULT.test(error.message);
}

function codeOf(error: Error): string {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "";
}
