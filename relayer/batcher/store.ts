import { digestFile } from "@tocsin/protocol/batch/digest.ts";
import { encodeBatchFile, sortEntries } from "@tocsin/protocol/batch/file.ts";
import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { rootOf } from "@tocsin/protocol/tree/proof.ts";
import { BlockStoreError, type BlockStore } from "../ports/blockStore.ts";
import type { BatchRecord, Database } from "../ports/database.ts";

/** A store, and whether a batch waits for it. */
export interface StoreUse {
  store: BlockStore;
  isRequired: boolean;
}

/** A store that did not do as it was told, and why in words. */
export interface StoreFailure {
  store: string;
  message: string;
}

/**
 * Stores a sealed batch's file with every store, side by side, and reads it back. Only a batch that every required
 * store returned whole may be posted.
 * @returns the optional stores that failed: the batch is stored without them
 * @throws BlockStoreError that names the required stores that failed, or TocsinError BATCH_DIGEST_MISMATCH where the
 *   database does not hold what was sealed
 */
export async function storeBatch(
  database: Database,
  stores: readonly StoreUse[],
  batch: BatchRecord,
): Promise<StoreFailure[]> {
  const file = await fileOf(database, batch);
  const failures = (await Promise.all(stores.map((use) => storeWith(use, batch, file)))).flat();
  const required = failures.filter(({ isRequired }) => isRequired);
  if (required.length > 0) {
    const words = required.map(({ store, message }) => `${store}: ${message}`).join("; ");
    const isFull = required.some(
      ({ cause }) => cause instanceof BlockStoreError && cause.code === "STORAGE_FULL",
    );
    throw new BlockStoreError(isFull ? "STORAGE_FULL" : "STORE_FAILED", words, { cause: required[0]!.cause });
  }
  await database.setBatchState(batch.seq, "stored");
  return failures.map(({ store, message }) => ({ store, message }));
}

/** The batch's file follows from its entries, and must be the one that was sealed, with the root that is posted. */
async function fileOf(database: Database, batch: BatchRecord): Promise<Uint8Array> {
  const entries = await database.entryBytesOf(batch.seq);
  if (entries) {
    const sorted = sortEntries(entries);
    const file = encodeBatchFile(sorted);
    const isSealed = equalBytes(await digestFile(file), batch.cidDigest);
    if (isSealed && equalBytes(rootOf(sorted.leaves), batch.root)) return file;
  }
  throw new TocsinError(
    "BATCH_DIGEST_MISMATCH",
    `the entries kept for batch ${batch.seq} are not those it sealed`,
  );
}

async function storeWith(
  { store, isRequired }: StoreUse,
  batch: BatchRecord,
  file: Uint8Array,
): Promise<(StoreFailure & { isRequired: boolean; cause: unknown })[]> {
  try {
    await store.put(batch.cidDigest, file);
    const stored = await store.get(batch.cidDigest);
    if (!stored) throw new BlockStoreError("STORE_FAILED", "it does not return the block that it took");
    if (!equalBytes(stored, file))
      throw new BlockStoreError("STORE_FAILED", "these are other bytes than it took");
    return [];
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return [{ store: store.name, message, isRequired, cause }];
  }
}
