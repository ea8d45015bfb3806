import { cidDigestOf } from "../batch/digest.ts";
import { decodeBatchFile, type Batch } from "../batch/file.ts";
import { equalBytes } from "../bytes/bytes.ts";
import { TocsinError } from "../errors.ts";
import type { AnchoredBatch } from "../log/state.ts";
import { levelsOf, rootIn } from "../tree/levels.ts";

/**
 * Verifies a batch file against the batch that the log anchors: CID, form, count and root.
 * @throws BATCH_DIGEST_MISMATCH, or as verifyBatchRoot
 */
export function verifyBatchFile(
  file: Uint8Array,
  anchored: Pick<AnchoredBatch, "cidDigest" | "count" | "root">,
): Batch {
  if (!equalBytes(cidDigestOf(file), anchored.cidDigest)) {
    throw new TocsinError("BATCH_DIGEST_MISMATCH", "these are other bytes than the CID names");
  }
  const { entries, leaves } = verifyBatchRoot(file, anchored);
  return { entries, leaves };
}

/**
 * Verifies a batch file whose CID was compared before.
 * @returns with the levels of its tree, for inclusion paths
 * @throws BATCH_COUNT_MISMATCH, BATCH_ROOT_MISMATCH, or as decodeBatchFile
 */
export function verifyBatchRoot(
  file: Uint8Array,
  anchored: Pick<AnchoredBatch, "count" | "root">,
): Batch & { levels: Uint8Array[] } {
  const batch = decodeBatchFile(file);
  if (batch.entries.length !== anchored.count) {
    throw new TocsinError(
      "BATCH_COUNT_MISMATCH",
      `the file has ${batch.entries.length} entries, the log says ${anchored.count}`,
    );
  }
  const levels = levelsOf(batch.leaves);
  if (!equalBytes(rootIn(levels), anchored.root)) {
    throw new TocsinError("BATCH_ROOT_MISMATCH", "the root of the file's entries is not the anchored root");
  }
  return { ...batch, levels };
}
