import { sortEntries } from "@tocsin/protocol/batch/file.ts";
import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { BlockStoreError, type BlockStore } from "../ports/blockStore.ts";
import type { BatchRecord, Database } from "../ports/database.ts";
import type { FilterMaker } from "../ports/filterMaker.ts";
import { rebuildFile, rebuildFilter, type Block } from "./rebuild.ts";

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
 * Stores a sealed batch's file and its filter's with every store, side by side, and reads them back. Only a batch of
 * which every required store returned both whole may be posted.
 * @returns the optional stores that failed: the batch is stored without them
 * @throws BlockStoreError that names the required stores that failed, FilterError, or TocsinError
 *   BATCH_DIGEST_MISMATCH, FILTER_MISMATCH where the database does not hold what was sealed
 */
export async function storeBatch(
  database: Database,
  stores: readonly StoreUse[],
  filters: FilterMaker,
  batch: BatchRecord,
): Promise<StoreFailure[]> {
  const blocks = await blocksOf(database, filters, batch);
  const failures = (await Promise.all(stores.map((use) => storeWith(use, blocks)))).flat();
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

/** What follows from the batch's entries, and must be what was sealed and is posted. */
async function blocksOf(database: Database, filters: FilterMaker, batch: BatchRecord): Promise<Block[]> {
  const { seq, cidDigest, filterDigest } = batch;
  const kept = sortEntries((await database.entryBytesOf(seq)) ?? []);
  const file = await rebuildFile(kept, batch);
  if (!file) {
    throw new TocsinError(
      "BATCH_DIGEST_MISMATCH",
      `the entries kept for batch ${seq} are not those it sealed`,
    );
  }
  const blocks = [{ cidDigest, bytes: file }];
  if (!filterDigest) return blocks;
  const filter = await rebuildFilter(filters, kept, batch);
  if (!filter) {
    throw new TocsinError("FILTER_MISMATCH", `the entries of batch ${seq} do not give the filter it names`);
  }
  return [...blocks, { cidDigest: filterDigest, bytes: filter }];
}

async function storeWith(
  { store, isRequired }: StoreUse,
  blocks: readonly Block[],
): Promise<(StoreFailure & { isRequired: boolean; cause: unknown })[]> {
  try {
    for (const { cidDigest, bytes } of blocks) {
      await store.put(cidDigest, bytes);
      const stored = await store.get(cidDigest);
      if (!stored) throw new BlockStoreError("STORE_FAILED", "it does not return the block that it took");
      if (!equalBytes(stored, bytes))
        throw new BlockStoreError("STORE_FAILED", "these are other bytes than it took");
    }
    return [];
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return [{ store: store.name, message, isRequired, cause }];
  }
}
