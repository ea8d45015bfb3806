import { equalBytes } from "../bytes/bytes.ts";
import { TocsinError } from "../errors.ts";
import { nodeHash } from "./hash.ts";

/**
 * The root of the tree over already hashed leaves, level by level: a node without a partner moves up unchanged,
 * which gives RFC 6962's shape. @throws ARGUMENT_INVALID for no leaves
 */
export function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) throw new TocsinError("ARGUMENT_INVALID", "a batch tree has at least one leaf");
  let level = leaves;
  while (level.length > 1) level = parentsOf(level);
  return level[0] as Uint8Array;
}

/** The inclusion path of leaf `index`, from the bottom up. (RFC 9162, section 2.1.3.1) */
export function inclusionPath(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length) {
    throw new TocsinError("ARGUMENT_INVALID", `there is no leaf ${index} among ${leaves.length}`);
  }
  const path: Uint8Array[] = [];
  let position = index;
  for (let level = leaves; level.length > 1; level = parentsOf(level)) {
    const sibling = level[position ^ 1];
    if (sibling) path.push(sibling);
    position >>= 1;
  }
  return path;
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

function parentsOf(level: readonly Uint8Array[]): Uint8Array[] {
  const parents: Uint8Array[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const left = level[i] as Uint8Array;
    const right = level[i + 1];
    parents.push(right ? nodeHash(left, right) : left);
  }
  return parents;
}

function half(value: number): number {
  return Math.floor(value / 2);
}
