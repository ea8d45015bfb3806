import { sql, type Transaction } from "kysely";
import { ENTRY_KINDS } from "@tocsin/protocol/entry/entry.ts";
import type { BatchRecord, NewEntry } from "../../ports/database.ts";
import { chunks, fromBatch } from "./rows.ts";
import type { Tables } from "./tables.ts";

/** @see Database.restoreBatch */
export async function restoreBatch(
  transaction: Transaction<Tables>,
  batch: BatchRecord,
  entries: readonly NewEntry[],
): Promise<void> {
  const { seq, ...columns } = fromBatch(batch);
  await transaction
    .insertInto("batches")
    .values({ seq, ...columns })
    .onConflict((conflict) => conflict.column("seq").doUpdateSet(columns))
    .execute();
  await transaction.updateTable("entries").set({ seq: null }).where("seq", "=", seq).execute();
  for (const chunk of chunks(entries)) {
    const rows = chunk.map(({ leaf, entry, receivedAt, deadline }) => ({
      leaf,
      entry,
      received_at: receivedAt,
      deadline,
      seq,
    }));
    await transaction
      .insertInto("entries")
      .values(rows)
      .onConflict((conflict) =>
        conflict.column("leaf").doUpdateSet((set) => ({
          entry: set.ref("excluded.entry"),
          seq: set.ref("excluded.seq"),
        })),
      )
      .execute();
  }
  await forgetUnsealable(transaction);
}

/** @see Database.unseal */
export async function unseal(transaction: Transaction<Tables>, seq: number): Promise<void> {
  await transaction.updateTable("entries").set({ seq: null }).where("seq", ">=", seq).execute();
  await forgetUnsealable(transaction);
  await transaction.deleteFrom("batches").where("seq", ">=", seq).execute();
}

/**
 * What has no bytes any more can't be sealed again: forgotten, it is accepted when it is sent again. Nor can an entry that
 * names another batch's filter.
 */
async function forgetUnsealable(transaction: Transaction<Tables>): Promise<void> {
  const kind = sql<Uint8Array>`substr(entry, 1, 1)`;
  await transaction
    .deleteFrom("entries")
    .where("seq", "is", null)
    .where((is) =>
      is.or([is("entry", "is", null), is(kind, "=", new Uint8Array([ENTRY_KINDS.filterDigest]))]),
    )
    .execute();
}
