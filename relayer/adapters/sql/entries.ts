import { randomBytes } from "node:crypto";
import { sql, type Kysely, type NotNull, type Selectable, type Transaction } from "kysely";
import { batchFileLength, MAX_BATCH_FILE_LENGTH } from "@tocsin/protocol/batch/file.ts";
import { compareBytes } from "@tocsin/protocol/bytes/bytes.ts";
import type { Backlog, EntryRecord, NewEntry, WaitingEntry } from "../../ports/database.ts";
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
export async function unsealedEntries(db: Kysely<Tables>, maxBytes: number): Promise<WaitingEntry[]> {
  const fitting: WaitingEntry[] = [];
  const packed = new PackedBytes(maxBytes);
  let bytes = batchFileLength([]);
  let page = await waitingAfter(db);
  for (;;) {
    for (const { entry, received_at } of page) {
      bytes += batchFileLength([entry.length]) - batchFileLength([]);
      if (bytes > maxBytes) return fitting;
      fitting.push({ entry: packed.add(entry), receivedAt: received_at });
    }
    if (page.length < ROWS_AT_ONCE) return fitting;
    page = await waitingAfter(db, page.at(-1));
  }
}

/** An entry that waits always has its bytes: only those of finalized batches are deleted. */
type WaitingRow = Pick<Selectable<Tables["entries"]>, "id" | "received_at"> & { entry: Uint8Array };

function waitingAfter(db: Kysely<Tables>, last?: WaitingRow): Promise<WaitingRow[]> {
  let query = db.selectFrom("entries").select(["id", "entry", "received_at"]).where("seq", "is", null);
  if (last !== undefined) {
    query = query.where(sql<boolean>`(received_at, id) > (${last.received_at}, ${last.id})`);
  }
  const page = query
    .orderBy("received_at")
    .orderBy("id")
    .limit(ROWS_AT_ONCE)
    .$narrowType<{ entry: NotNull }>();
  return page.execute();
}

/** @see Database.entryBytesOf */
export async function entryBytesOf(db: Kysely<Tables>, seq: number): Promise<Uint8Array[] | undefined> {
  const all: Uint8Array[] = [];
  const packed = new PackedBytes(MAX_BATCH_FILE_LENGTH);
  let last = 0;
  for (;;) {
    const page = await db
      .selectFrom("entries")
      .select(["id", "entry"])
      .where("seq", "=", seq)
      .where("id", ">", last)
      .orderBy("id")
      .limit(ROWS_AT_ONCE)
      .execute();
    for (const { id, entry } of page) {
      if (entry === null) return undefined;
      all.push(packed.add(entry));
      last = id;
    }
    if (page.length < ROWS_AT_ONCE) return all;
  }
}

/** One piece of memory for all: thousands of small ones outlive the collector's young generation and fill the old. */
class PackedBytes {
  readonly #memory: Uint8Array;
  #end = 0;

  constructor(capacity: number) {
    this.#memory = new Uint8Array(capacity);
  }

  add(bytes: Uint8Array): Uint8Array {
    const start = this.#end;
    this.#end += bytes.length;
    this.#memory.set(bytes, start);
    return this.#memory.subarray(start, this.#end);
  }
}

export async function entriesOf(db: Kysely<Tables>, seq: number): Promise<EntryRecord[]> {
  const rows = await db.selectFrom("entries").selectAll().where("seq", "=", seq).execute();
  return rows.map(toEntry);
}

function toKey(leaf: Uint8Array): string {
  return Buffer.from(leaf.buffer, leaf.byteOffset, leaf.byteLength).toString("latin1");
}
