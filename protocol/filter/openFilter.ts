import { cidDigestOf } from "../batch/digest.ts";
import { equalBytes } from "../bytes/bytes.ts";
import { filterEntry } from "../entry/entry.ts";
import { TocsinError } from "../errors.ts";
import { leafHash } from "../tree/hash.ts";
import { verifyInclusion } from "../tree/proof.ts";
import { decodeFilterFile } from "./file.ts";
import type { Filter } from "./filter.ts";

/** Where a batch's tree holds the entry of its filter. */
export interface FilterProof {
  /** SHA-256 of the filter file, 32 bytes. */
  digest: Uint8Array;
  index: number;
  path: readonly Uint8Array[];
}

/**
 * The filter that an anchored batch commits, for a client that has not got the batch. It shows that everybody is given
 * the same filter; that it is the filter of the batch's reports only shows in a full check (checkFilterEntry).
 * @throws PROOF_NOT_INCLUDED, FILTER_MISMATCH for another file than the digest names, or as decodeFilterFile
 */
export function openFilter(
  batch: { root: Uint8Array; count: number },
  { digest, index, path }: FilterProof,
  file: Uint8Array,
): Filter {
  verifyInclusion(batch.root, batch.count, leafHash(filterEntry(digest)), index, path);
  if (!equalBytes(cidDigestOf(file), digest)) {
    throw new TocsinError("FILTER_MISMATCH", "the file is not the filter that the batch names");
  }
  return decodeFilterFile(file);
}
