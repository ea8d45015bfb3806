import { buildBatch } from "@tocsin/protocol/batch/build.ts";
import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { verifyBatchFile } from "@tocsin/protocol/check/verifyBatch.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import type { BlockStore } from "../ports/blockStore.ts";
import type { BatchRecord, Database } from "../ports/database.ts";

/**
 * Stores a sealed batch's file with every store and reads it back. Only a batch that every store returned whole may
 * be posted. @throws BATCH_DIGEST_MISMATCH, BATCH_UNAVAILABLE
 */
export async function storeBatch(
  database: Database,
  stores: readonly BlockStore[],
  batch: BatchRecord,
): Promise<void> {
  const { file, cidDigest } = buildBatch(await database.entriesOf(batch.seq));
  if (!equalBytes(cidDigest, batch.cidDigest)) {
    throw new TocsinError(
      "BATCH_DIGEST_MISMATCH",
      `the entries kept for batch ${batch.seq} are not those it sealed`,
    );
  }
  for (const store of stores) {
    await store.put(cidDigest, file);
    const stored = await store.get(cidDigest);
    if (!stored) throw new TocsinError("BATCH_UNAVAILABLE", `a store does not return batch ${batch.seq}`);
    verifyBatchFile(stored, batch);
  }
  await database.setBatchState(batch.seq, "stored");
}
