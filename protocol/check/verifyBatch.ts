import { cidDigestOf } from "../batch/cid.ts";
import { decodeBatchFile, type Batch } from "../batch/file.ts";
import { equalBytes } from "../bytes/bytes.ts";
import { TocsinError } from "../errors.ts";
import type { AnchoredBatch } from "../log/state.ts";
import { rootOf } from "../tree/proof.ts";

/**
 * Verifies a batch file against the batch that the log anchors: CID, form, count and root.
 * @throws BATCH_DIGEST_MISMATCH, BATCH_COUNT_MISMATCH, BATCH_ROOT_MISMATCH, or as decodeBatchFile
 */
export function verifyBatchFile(
  file: Uint8Array,
  anchored: Omit<AnchoredBatch, "seq" | "firstIndex">,
): Batch {
  if (!equalBytes(cidDigestOf(file), anchored.cidDigest)) {
    throw new TocsinError("BATCH_DIGEST_MISMATCH", "these are other bytes than the CID names");
  }
  const batch = decodeBatchFile(file);
  if (batch.entries.length !== anchored.count) {
    throw new TocsinError(
      "BATCH_COUNT_MISMATCH",
      `the file has ${batch.entries.length} entries, the log says ${anchored.count}`,
    );
  }
  if (!equalBytes(rootOf(batch.leaves), anchored.root)) {
    throw new TocsinError("BATCH_ROOT_MISMATCH", "the root of the file's entries is not the anchored root");
  }
  return batch;
}
