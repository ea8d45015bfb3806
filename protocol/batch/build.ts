import { buildBatchTree, type BatchTree } from "../tree/build.ts";
import { cidDigestOf } from "./digest.ts";
import { encodeBatchFile, sortEntries, type Batch } from "./file.ts";

/** A batch ready to be stored and anchored. */
export interface BuiltBatch extends Batch {
  file: Uint8Array;
  tree: BatchTree;
  /** SHA-256 of the file, 32 bytes. */
  cidDigest: Uint8Array;
}

/** Sorts entries, writes their batch file and builds their tree. Throws as encodeBatchFile. */
export function buildBatch(entries: readonly Uint8Array[]): BuiltBatch {
  const batch = sortEntries(entries);
  const file = encodeBatchFile(batch);
  return { ...batch, file, tree: buildBatchTree(batch.leaves), cidDigest: cidDigestOf(file) };
}
