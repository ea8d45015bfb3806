import { sql, type ColumnDefinitionBuilder, type Kysely } from "kysely";
import { Migrator, type Migration } from "kysely/migration";
import { StartError } from "../../errors.ts";
import type { Tables } from "./tables.ts";

/** What the two databases call the same column types. */
export interface ColumnTypes {
  bytes: "blob" | "bytea";
  /** 64 bits. */
  integer: "integer" | "bigint";
  /** Makes a column a primary key that the database counts up. */
  rising(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder;
}

type Column = ColumnDefinitionBuilder;
const required = (column: Column): Column => column.notNull();
const key = (column: Column): Column => column.notNull().primaryKey();

/** Brings the tables up to date. Processes that start at once on one PostgreSQL wait for each other. */
export async function migrate(db: Kysely<Tables>, types: ColumnTypes): Promise<void> {
  const migrations = { "0001_tables": createTables(types), "0002_filters": addFilters(types) };
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const { error } = await migrator.migrateToLatest();
  if (error instanceof Error && error.message.startsWith("corrupted migrations")) {
    throw new StartError(
      "DATABASE_OF_NEWER_VERSION",
      "the database was written by a newer Tocsin: use that one",
    );
  }
  if (error instanceof Error) throw error;
}

function createTables(types: ColumnTypes): Migration {
  const { bytes, integer } = types;
  const rising = (column: Column): Column => types.rising(column);
  return {
    async up(db): Promise<void> {
      const schema = db.schema;
      await schema
        .createTable("batches")
        .addColumn("seq", integer, key)
        .addColumn("first_index", integer, required)
        .addColumn("count", integer, required)
        .addColumn("root", bytes, required)
        .addColumn("cid_digest", bytes, required)
        .addColumn("state", "text", required)
        .addColumn("sealed_at", integer, required)
        .addColumn("oldest_received_at", integer, required)
        .addColumn("is_deleted", "integer", required)
        .addColumn("transaction_hash", "text")
        .addColumn("block_number", integer)
        .addColumn("block_hash", "text")
        .addColumn("finality", "text")
        .execute();
      await schema.createIndex("batches_by_cid").on("batches").column("cid_digest").execute();
      await schema.createIndex("batches_by_time").on("batches").column("sealed_at").execute();
      await schema
        .createIndex("batches_open")
        .on("batches")
        .column("seq")
        .where(sql.ref("state"), "<>", sql.lit("finalized"))
        .execute();
      await schema
        .createIndex("batches_with_bytes")
        .on("batches")
        .column("seq")
        .where(sql.ref("is_deleted"), "=", sql.lit(0))
        .execute();
      for (const table of ["entries", "dummies"]) {
        await schema
          .createTable(table)
          .addColumn("id", integer, rising)
          .addColumn("leaf", bytes, (column) => column.notNull().unique())
          .addColumn("entry", bytes)
          .addColumn("received_at", integer, required)
          .addColumn("deadline", integer, required)
          .addColumn("seq", integer, (column) => column.references("batches.seq"))
          .execute();
        await schema
          .createIndex(`${table}_waiting`)
          .on(table)
          // The last one only lets SQLite count from the index alone.
          .columns(["received_at", "id", "seq"])
          .where(sql.ref("seq"), "is", null)
          .execute();
      }
      await schema
        .createIndex("entries_by_batch")
        .on("entries")
        .column("seq")
        .where(sql.ref("seq"), "is not", null)
        .execute();
      await schema
        .createTable("transactions")
        .addColumn("id", integer, rising)
        .addColumn("hash", "text", (column) => column.notNull().unique())
        .addColumn("task", "text", required)
        .addColumn("nonce", integer, required)
        .addColumn("raw", "text", required)
        .addColumn("max_fee_per_gas", "text", required)
        .addColumn("max_priority_fee_per_gas", "text", required)
        .addColumn("signed_at", integer, required)
        .execute();
      await schema.createIndex("transactions_by_nonce").on("transactions").column("nonce").execute();
      await schema
        .createTable("identity")
        .addColumn("id", integer, key)
        .addColumn("identity", "text", required)
        .execute();
    },
  };
}

/** Batches that were sealed before have no filter. */
function addFilters({ bytes }: ColumnTypes): Migration {
  return {
    async up(db): Promise<void> {
      await db.schema.alterTable("batches").addColumn("filter_digest", bytes).execute();
      await db.schema.createIndex("batches_by_filter").on("batches").column("filter_digest").execute();
    },
  };
}
