import { TocsinError } from "../errors.ts";
import { sharedKernel } from "../kernel/sharedKernel.ts";

/** Bytes of a node. */
const NODE_LENGTH = 32;

/**
 * All levels of the tree over already hashed leaves, from these up to the root, each as joined nodes of 32 bytes. A node
 * without a partner moves up unchanged, which gives RFC 6962's shape. @throws ARGUMENT_INVALID for no leaves
 */
export function levelsOf(leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length === 0) throw new TocsinError("ARGUMENT_INVALID", "a batch tree has at least one leaf");
  const kernel = sharedKernel();
  const joined = new Uint8Array(leaves.length * NODE_LENGTH);
  leaves.forEach((leaf, index) => {
    joined.set(leaf, index * NODE_LENGTH);
  });
  const levels: Uint8Array[] = [joined];
  for (let level: Uint8Array = joined; level.length > NODE_LENGTH;) {
    level = kernel.parents(level);
    levels.push(level);
  }
  return levels;
}

/** The root in levelsOf's levels, 32 bytes. */
export function rootIn(levels: readonly Uint8Array[]): Uint8Array {
  return levels.at(-1) as Uint8Array;
}

/** The inclusion path of leaf `index` in levelsOf's levels, from the bottom up. (RFC 9162, section 2.1.3.1) */
export function pathIn(levels: readonly Uint8Array[], index: number): Uint8Array[] {
  const count = (levels[0] as Uint8Array).length / NODE_LENGTH;
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new TocsinError("ARGUMENT_INVALID", `there is no leaf ${index} among ${count}`);
  }
  const path: Uint8Array[] = [];
  let position = index;
  for (const level of levels) {
    const start = (position ^ 1) * NODE_LENGTH;
    if (start < level.length) path.push(level.slice(start, start + NODE_LENGTH));
    position >>= 1;
  }
  return path;
}
