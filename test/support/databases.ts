import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ENTRY_KINDS } from "@tocsin/protocol/entry/entry.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import type { SqlDatabase } from "../../relayer/adapters/sql/database.ts";
import { openPostgres } from "../../relayer/adapters/sql/postgres.ts";
import { openSqlite } from "../../relayer/adapters/sql/sqlite.ts";
import type { BatchRecord, NewEntry } from "../../relayer/ports/database.ts";
import { startPostgres } from "./postgres.ts";

/** Databases of one kind, of which one is in use at a time. */
export interface Databases {
  /** @returns what opens an empty database, and opens it again after a close */
  create(): Promise<() => Promise<SqlDatabase>>;
  stop(): Promise<void>;
}

/** Both kinds that a relayer may have. */
export const DATABASES: { kind: string; start: () => Promise<Databases> }[] = [
  { kind: "SQLite", start: startSqlite },
  { kind: "PostgreSQL", start: startPostgresDatabases },
];

function startSqlite(): Promise<Databases> {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-sqlite-"));
  let made = 0;
  return Promise.resolve({
    create: () => {
      const file = join(folder, `${++made}.sqlite`);
      return Promise.resolve(() => openSqlite(file));
    },
    stop: () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  });
}

/** To empty the one database's tables is many times faster than to make a new one. */
async function startPostgresDatabases(): Promise<Databases> {
  const postgres = await startPostgres();
  await (await openPostgres(postgres.url)).close();
  return {
    create: async () => {
      await postgres.query(
        "delete from entries; delete from batches; delete from transactions; delete from identity",
      );
      return () => openPostgres(postgres.url);
    },
    stop: () => postgres.stop(),
  };
}

/** Any bytes of that length as a report that was received then. */
export function newEntry(receivedAt = 1_000, length = 100): NewEntry {
  const entry = crypto.getRandomValues(new Uint8Array(length));
  // An entry that names a filter, as one of 256 would by chance, does not wait again once its batch is gone.
  entry[0] = ENTRY_KINDS.signedReport;
  return { leaf: leafHash(entry), entry, receivedAt, deadline: receivedAt + 3_600 };
}

/** A batch of these entries; only what the database looks at is true of it. */
export function newBatch(
  seq: number,
  entries: readonly NewEntry[],
  changes: Partial<BatchRecord> = {},
): BatchRecord {
  return {
    seq,
    firstIndex: seq * 100,
    count: entries.length,
    root: new Uint8Array(32).fill(seq + 1),
    cidDigest: new Uint8Array(32).fill(seq + 101),
    state: "sealed",
    sealedAt: 2_000 + seq,
    oldestReceivedAt: Math.min(...entries.map(({ receivedAt }) => receivedAt)),
    isDeleted: false,
    ...changes,
  };
}
