import { Kysely, PostgresDialect, sql, type Transaction } from "kysely";
import pg from "pg";
import { StartError } from "../../errors.ts";
import { SqlDatabase } from "./database.ts";
import type { Engine } from "./engine.ts";
import { migrate, type ColumnTypes } from "./migrations.ts";
import { toPostgresFault } from "./postgresFaults.ts";
import { PostgresLead } from "./postgresLead.ts";
import { connectionOptions, prepareSession } from "./postgresSession.ts";
import type { Tables } from "./tables.ts";

const COLUMN_TYPES: ColumnTypes = {
  bytes: "bytea",
  integer: "bigint",
  rising: (column) => column.generatedAlwaysAsIdentity().primaryKey(),
};

/** Connections of one process, without the leader's. */
const MOST_CONNECTIONS = 8;

/**
 * Opens a PostgreSQL database that several relayer processes may share, and brings its tables up to date.
 * @param url "postgres://user:password@host:port/database"; no message ever shows it
 * @throws StartError CONFIG_INVALID, DATABASE_UNREACHABLE, DATABASE_OF_NEWER_VERSION; DatabaseError
 */
export async function openPostgres(url: string): Promise<SqlDatabase> {
  if (!URL.canParse(url)) {
    throw new StartError(
      "CONFIG_INVALID",
      "DATABASE_URL is no URL: postgres://user:password@host:port/database",
    );
  }
  await prepareTables(url);
  const db = open(url, MOST_CONNECTIONS);
  const lead = new PostgresLead(url);
  const engine: Engine = {
    db,
    lead: (identity) => lead.take(identity),
    asLeader: (work) => lead.transaction(work),
    findDamage: () => findDamage(db),
    toFault: toPostgresFault,
    close: async () => {
      await lead.close();
      await db.destroy();
    },
  };
  return new SqlDatabase(engine);
}

/** A migration may take as long as it takes, and so may waiting for another process that migrates. */
async function prepareTables(url: string): Promise<void> {
  const db = open(url, 1, "unlimited");
  try {
    await sql`select 1`.execute(db);
  } catch (error) {
    await db.destroy();
    const why = toPostgresFault(error);
    throw new StartError(
      "DATABASE_UNREACHABLE",
      why instanceof Error ? why.message : "PostgreSQL does not answer",
    );
  }
  try {
    await migrate(db, COLUMN_TYPES);
  } catch (error) {
    throw toPostgresFault(error);
  } finally {
    await db.destroy();
  }
}

function open(url: string, connections: number, time?: "unlimited"): Kysely<Tables> {
  // The pool waits for what this returns, though its types don't tell.
  const onConnect = (client: pg.ClientBase): unknown => prepareSession(client, time);
  const pool = new pg.Pool({
    ...connectionOptions(url, "tocsin", time),
    max: connections,
    onConnect,
  });
  // A connection that breaks is replaced when one is needed. Unheard, its error would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** Codes with which PostgreSQL reports damaged pages and indexes. */
const DAMAGE = ["XX001", "XX002"];

/** PostgreSQL checks the pages that it reads, if it has checksums: this reads every row, and asks for earlier finds. */
async function findDamage(db: Kysely<Tables>): Promise<string[]> {
  return db.transaction().execute(async (transaction) => {
    await sql`set local statement_timeout = 0`.execute(transaction);
    try {
      await readEverything(transaction);
    } catch (error) {
      if (error instanceof pg.DatabaseError && DAMAGE.includes(error.code ?? "")) return [error.message];
      throw error;
    }
    const { rows } = await sql<{ failures: number | null }>`
      select checksum_failures as failures from pg_stat_database where datname = current_database()
    `.execute(transaction);
    const failures = rows[0]?.failures ?? 0;
    return failures === 0 ? [] : [`PostgreSQL met ${failures} pages with a wrong checksum`];
  });
}

async function readEverything(transaction: Transaction<Tables>): Promise<void> {
  for (const table of ["entries", "batches", "transactions", "identity"] as const) {
    // Turned into text, even what is stored apart from its row is read.
    await sql`select sum(length(${sql.ref(table)}::text)) from ${sql.table(table)}`.execute(transaction);
  }
}
