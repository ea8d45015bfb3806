import { equalBytes } from "../bytes/bytes.ts";
import { TocsinError } from "../errors.ts";
import { nodeHash } from "./hash.ts";
import { levelsOf, pathIn, rootIn } from "./levels.ts";

/** The root of the tree over already hashed leaves. @throws ARGUMENT_INVALID for no leaves */
export function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  return rootIn(levelsOf(leaves));
}

/** One inclusion path; for several of a tree see pathIn. @throws ARGUMENT_INVALID */
export function inclusionPath(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  return pathIn(levelsOf(leaves), index);
}

/**
 * Verifies that `leaf` is leaf number `index` of the tree of `count` leaves under `root`. (RFC 9162, section 2.1.3.2)
 * @throws PROOF_NOT_INCLUDED for any other leaf, position, size or path
 */
export function verifyInclusion(
  root: Uint8Array,
  count: number,
  leaf: Uint8Array,
  index: number,
  path: readonly Uint8Array[],
): void {
  const fail = (why: string): never => {
    throw new TocsinError("PROOF_NOT_INCLUDED", `the entry is not in the batch: ${why}`);
  };
  if (!Number.isSafeInteger(count) || !Number.isSafeInteger(index) || index < 0 || index >= count) {
    fail("the position lies outside the batch");
  }
  let position = index;
  let last = count - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0) fail("the path is too long");
    if (position % 2 === 1 || position === last) {
      hash = nodeHash(sibling, hash);
      while (position % 2 === 0 && position !== 0) [position, last] = [half(position), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [position, last] = [half(position), half(last)];
  }
  if (last !== 0) fail("the path is too short");
  if (!equalBytes(hash, root)) fail("the path leads to another root");
}

function half(value: number): number {
  return Math.floor(value / 2);
}
