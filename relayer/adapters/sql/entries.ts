import { randomBytes } from "node:crypto";
import { sql, type Kysely, type Selectable, type Transaction } from "kysely";
import { batchFileLength } from "@tocsin/protocol/batch/file.ts";
import { compareBytes } from "@tocsin/protocol/bytes/bytes.ts";
import type { Backlog, EntryRecord, NewEntry } from "../../ports/database.ts";
import { chunks, ROWS_AT_ONCE, toEntry } from "./rows.ts";
import type { Tables } from "./tables.ts";

const LEAF_LENGTH = 32;

/** @see Database.addEntries */
export function addEntries(
  db: Kysely<Tables>,
  entries: readonly NewEntry[],
  dummies: readonly Uint8Array[],
): Promise<EntryRecord[]> {
  const keys = entries.map(({ leaf }) => toKey(leaf));
  const first = new Map<string, NewEntry>();
  entries.forEach((entry, i) => {
    if (!first.has(keys[i]!)) first.set(keys[i]!, entry);
  });
  // In one order, so that two processes with the same entries don't wait for each other in a circle.
  const distinct = [...first.values()].sort((a, b) => compareBytes(a.leaf, b.leaf));
  return db.transaction().execute(async (transaction) => {
    const added = new Set<string>();
    for (const chunk of chunks(distinct)) {
      for (const { leaf } of await insertNew(transaction, "entries", chunk)) added.add(toKey(leaf));
    }
    const known = distinct.filter(({ leaf }) => !added.has(toKey(leaf))).map(({ leaf }) => leaf);
    const kept = new Map<string, EntryRecord>(first);
    for (const entry of await findEntries(transaction, known)) kept.set(toKey(entry.leaf), entry);
    for (const chunk of chunks(dummies.map(toDummy))) await insertNew(transaction, "dummies", chunk);
    return keys.map((key) => kept.get(key)!);
  });
}

/** A row that nobody finds, beside those that everybody waits for. */
function toDummy(entry: Uint8Array): NewEntry {
  return { leaf: randomBytes(LEAF_LENGTH), entry, receivedAt: 0, deadline: 0 };
}

/** @see Database.forgetDummies */
export async function forgetDummies(transaction: Transaction<Tables>): Promise<void> {
  await transaction.deleteFrom("dummies").execute();
}

function insertNew(
  transaction: Transaction<Tables>,
  table: "entries" | "dummies",
  entries: readonly NewEntry[],
): Promise<{ leaf: Uint8Array }[]> {
  const rows = entries.map(({ leaf, entry, receivedAt, deadline }) => ({
    leaf,
    entry,
    received_at: receivedAt,
    deadline,
  }));
  return transaction
    .insertInto(table)
    .values(rows)
    .onConflict((conflict) => conflict.column("leaf").doNothing())
    .returning("leaf")
    .execute();
}

async function findEntries(db: Kysely<Tables>, leaves: readonly Uint8Array[]): Promise<EntryRecord[]> {
  const found: EntryRecord[] = [];
  for (const chunk of chunks(leaves)) {
    const rows = await db.selectFrom("entries").selectAll().where("leaf", "in", chunk).execute();
    found.push(...rows.map(toEntry));
  }
  return found;
}

export async function findEntry(db: Kysely<Tables>, leaf: Uint8Array): Promise<EntryRecord | undefined> {
  return (await findEntries(db, [leaf]))[0];
}

/** @see Database.backlog */
export async function backlog(db: Kysely<Tables>, limit: number): Promise<Backlog> {
  const waiting = db
    .selectFrom("entries")
    .select((select) => ["received_at", select.fn<number>("length", ["entry"]).as("bytes")])
    .where("seq", "is", null)
    .orderBy("received_at")
    .orderBy("id")
    .limit(limit);
  const { count, bytes, oldest } = await db
    .selectFrom(waiting.as("waiting"))
    .select(({ fn }) => [
      fn.countAll<number>().as("count"),
      fn.sum<number | null>("bytes").as("bytes"),
      fn.min<number | null>("received_at").as("oldest"),
    ])
    .executeTakeFirstOrThrow();
  return { count, bytes: bytes ?? 0, ...(oldest === null ? {} : { oldestReceivedAt: oldest }) };
}

/** @see Database.unsealedEntries */
export async function unsealedEntries(db: Kysely<Tables>, maxBytes: number): Promise<NewEntry[]> {
  const fitting: NewEntry[] = [];
  // One piece of memory for all: thousands of small ones outlive the collector's young generation and fill the old.
  const memory = new Uint8Array(maxBytes);
  let bytes = batchFileLength([]);
  let page = await waitingAfter(db);
  for (;;) {
    // An entry that waits always has its bytes: only those of finalized batches are deleted.
    for (const row of page) {
      const { entry, ...rest } = toEntry(row) as NewEntry;
      const start = bytes;
      bytes += batchFileLength([entry.length]) - batchFileLength([]);
      if (bytes > maxBytes) return fitting;
      memory.set(entry, start);
      fitting.push({ ...rest, entry: memory.subarray(start, start + entry.length) });
    }
    if (page.length < ROWS_AT_ONCE) return fitting;
    page = await waitingAfter(db, page.at(-1));
  }
}

type Row = Selectable<Tables["entries"]>;

function waitingAfter(db: Kysely<Tables>, last?: Row): Promise<Row[]> {
  let query = db.selectFrom("entries").selectAll().where("seq", "is", null);
  if (last !== undefined) {
    query = query.where(sql<boolean>`(received_at, id) > (${last.received_at}, ${last.id})`);
  }
  return query.orderBy("received_at").orderBy("id").limit(ROWS_AT_ONCE).execute();
}

export async function entriesOf(db: Kysely<Tables>, seq: number): Promise<EntryRecord[]> {
  const rows = await db.selectFrom("entries").selectAll().where("seq", "=", seq).execute();
  return rows.map(toEntry);
}

function toKey(leaf: Uint8Array): string {
  return Buffer.from(leaf.buffer, leaf.byteOffset, leaf.byteLength).toString("latin1");
}
