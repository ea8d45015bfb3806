import type { BlockStore } from "../ports/blockStore.ts";
import type { Clock } from "../ports/clock.ts";
import type { BatchRecord, Database } from "../ports/database.ts";
import type { Notify } from "../publisher/notify.ts";

/** Batches that one call deals with: with one sealed every 15 minutes, two days of them. */
const PAGE = 200;
const DAY = 86_400;

/**
 * Deletes the bytes of finalized batches, and their filters, that were sealed longer ago than `retentionDays`: in every store first, then
 * in the database, so that a crash in between is made good by the next call. Roots and leaves stay. A batch waits for
 * the store that does not delete it; that store is left alone until the next call, the others go on.
 * @returns the seqs of the batches whose bytes are gone everywhere
 */
export async function deleteExpired(
  database: Database,
  stores: readonly BlockStore[],
  clock: Clock,
  { retentionDays, notify }: { retentionDays: number; notify: Notify },
): Promise<number[]> {
  const failed = new Set<BlockStore>();
  const deleted: number[] = [];
  for (const batch of await database.expiredBatches(clock.now() - retentionDays * DAY, PAGE)) {
    await Promise.all(
      stores
        .filter((store) => !failed.has(store))
        .map(async (store) => {
          const reason = await failureToDelete(store, batch);
          if (reason === undefined) return;
          failed.add(store);
          notify("warn", "a store does not delete an expired batch", {
            store: store.name,
            seq: batch.seq,
            reason,
          });
        }),
    );
    if (failed.size > 0) continue;
    await database.deleteBytes(batch.seq);
    deleted.push(batch.seq);
  }
  return deleted;
}

async function failureToDelete(
  store: BlockStore,
  { cidDigest, filterDigest }: BatchRecord,
): Promise<string | undefined> {
  try {
    await store.delete(cidDigest);
    if (filterDigest) await store.delete(filterDigest);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
