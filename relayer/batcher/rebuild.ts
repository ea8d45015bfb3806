import { digestFile } from "@tocsin/protocol/batch/digest.ts";
import { encodeBatchFile, type Batch } from "@tocsin/protocol/batch/file.ts";
import { compareBytes, equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { filterEntry } from "@tocsin/protocol/entry/entry.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import { rootOf } from "@tocsin/protocol/tree/proof.ts";
import type { BatchRecord } from "../ports/database.ts";
import type { FilterMaker } from "../ports/filterMaker.ts";

/*
 * The database keeps the entries that came; the one that names the filter follows from them. Whoever builds a batch or
 * its tree again gets that entry into its place here.
 */

/** A block of a batch: its file, or that of its filter. */
export interface Block {
  cidDigest: Uint8Array;
  bytes: Uint8Array;
}

/** The batch with the entry that names its filter, where it has one. */
export function withFilter(batch: Batch, filterDigest: Uint8Array | undefined): Batch {
  if (!filterDigest) return batch;
  const entry = filterEntry(filterDigest);
  const leaf = leafHash(entry);
  const place = placeOf(leaf, batch.leaves);
  return {
    entries: batch.entries.toSpliced(place, 0, entry),
    leaves: batch.leaves.toSpliced(place, 0, leaf),
  };
}

/**
 * All leaves of a batch in their order.
 * @param kept those of the entries that the database keeps, in any order
 */
export function leavesWithFilter(
  kept: readonly Uint8Array[],
  filterDigest: Uint8Array | undefined,
): Uint8Array[] {
  const leaves = kept.toSorted(compareBytes);
  if (!filterDigest) return leaves;
  const leaf = leafHash(filterEntry(filterDigest));
  return leaves.toSpliced(placeOf(leaf, leaves), 0, leaf);
}

/**
 * The batch's file from the entries that the database keeps, sorted.
 * @returns undefined where these are not those that were sealed
 */
export async function rebuildFile(kept: Batch, batch: BatchRecord): Promise<Uint8Array | undefined> {
  if (kept.entries.length === 0) return undefined;
  const whole = withFilter(kept, batch.filterDigest);
  const file = encodeBatchFile(whole);
  const isSealed = equalBytes(await digestFile(file), batch.cidDigest);
  return isSealed && equalBytes(rootOf(whole.leaves), batch.root) ? file : undefined;
}

/**
 * The filter's file from the entries that the database keeps, sorted.
 * @returns undefined for a batch without one, and where these entries do not give the one that it names
 * @throws FilterError
 */
export async function rebuildFilter(
  filters: FilterMaker,
  kept: Batch,
  { filterDigest }: Pick<BatchRecord, "filterDigest">,
): Promise<Uint8Array | undefined> {
  if (!filterDigest || kept.entries.length === 0) return undefined;
  const file = await filters.make(kept);
  return file && equalBytes(await digestFile(file), filterDigest) ? file : undefined;
}

function placeOf(leaf: Uint8Array, leaves: readonly Uint8Array[]): number {
  const place = leaves.findIndex((other) => compareBytes(other, leaf) > 0);
  return place < 0 ? leaves.length : place;
}
