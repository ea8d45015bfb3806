import { MerkleTree } from "merkletreejs";
import { TocsinError } from "../errors.ts";
import { nodeHash } from "./hash.ts";

/** The tree of a whole batch, kept to give many inclusion proofs. */
export interface BatchTree {
  root: Uint8Array;
  /** The inclusion path of a leaf, from the bottom up. @throws ARGUMENT_INVALID for no such leaf */
  path(index: number): Uint8Array[];
}

/**
 * Builds the RFC 6962 tree over already hashed leaves with merkletreejs. It adds no domain separation of its own:
 * the hash function given here adds the node prefix, and its options for sorting and duplication stay off.
 * @throws ARGUMENT_INVALID for no leaves
 */
export function buildBatchTree(leaves: readonly Uint8Array[]): BatchTree {
  if (leaves.length === 0) throw new TocsinError("ARGUMENT_INVALID", "a batch tree has at least one leaf");
  const hashPair = (pair: Uint8Array): Uint8Array => nodeHash(pair.subarray(0, 32), pair.subarray(32));
  const buffers = leaves.map((leaf) => Buffer.from(leaf));
  const tree = new MerkleTree(buffers, hashPair);
  return {
    root: new Uint8Array(tree.getRoot()),
    path(index) {
      const leaf = buffers[index];
      if (!leaf)
        throw new TocsinError("ARGUMENT_INVALID", `there is no leaf ${index} among ${leaves.length}`);
      return tree.getProof(leaf, index).map((step) => new Uint8Array(step.data));
    },
  };
}
