import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHex } from "../bytes/hex.ts";
import { TocsinError } from "../errors.ts";
import { buildBatchTree } from "./build.ts";
import { leafHash, nodeHash } from "./hash.ts";
import { inclusionPath, rootOf, verifyInclusion } from "./proof.ts";

const leavesOf = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => leafHash(new Uint8Array([i & 0xff, i >> 8])));

/** RFC 6962, section 2.1, as it is written there: the largest power of two below n to the left. */
function rootByDefinition(leaves: Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0]!;
  let k = 1;
  while (2 * k < leaves.length) k *= 2;
  return nodeHash(rootByDefinition(leaves.slice(0, k)), rootByDefinition(leaves.slice(k)));
}

/** Every position of a small batch; of a larger one both ends and some between. */
function positionsIn(count: number): number[] {
  const all = Array.from({ length: count }, (_, index) => index);
  return all.filter((index) => count <= 40 || index % 11 === 0 || index >= count - 3);
}

/** Whether an inclusion proof is refused, with the one code for it. */
function isRefused(...proof: Parameters<typeof verifyInclusion>): boolean {
  try {
    verifyInclusion(...proof);
    return false;
  } catch (error) {
    if (error instanceof TocsinError && error.code === "PROOF_NOT_INCLUDED") return true;
    throw error;
  }
}

const notIncluded = expect.objectContaining({ code: "PROOF_NOT_INCLUDED" });

describe("the batch tree", () => {
  it("is the same from merkletreejs, from our own code and by definition, with 1 to 130 leaves", () => {
    const wrong: string[] = [];
    for (let count = 1; count <= 130; count++) {
      const leaves = leavesOf(count);
      const tree = buildBatchTree(leaves);
      expect(tree.root).toEqual(rootByDefinition(leaves));
      expect(rootOf(leaves)).toEqual(tree.root);
      for (const index of positionsIn(count)) {
        const path = inclusionPath(leaves, index);
        if (tree.path(index).map(toHex).join() !== path.map(toHex).join()) wrong.push(`${index} of ${count}`);
        verifyInclusion(tree.root, count, leaves[index]!, index, path);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("is the same with any number of any leaves", () => {
    const leaf = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(fc.array(leaf, { minLength: 1, maxLength: 700, size: "max" }), fc.nat(), (leaves, pick) => {
        const index = pick % leaves.length;
        const tree = buildBatchTree(leaves);
        const path = inclusionPath(leaves, index);
        expect(tree.root).toEqual(rootByDefinition(leaves));
        expect(rootOf(leaves)).toEqual(tree.root);
        expect(tree.path(index)).toEqual(path);
        verifyInclusion(tree.root, leaves.length, leaves[index]!, index, path);
      }),
      { numRuns: 30 },
    );
  });

  it("has at least one leaf, and paths for its own leaves only", () => {
    const invalid = expect.objectContaining({ code: "ARGUMENT_INVALID" });
    expect(() => rootOf([])).toThrow(invalid);
    expect(() => buildBatchTree([])).toThrow(invalid);
    for (const index of [-1, 3, 0.5, Number.NaN]) {
      expect(() => inclusionPath(leavesOf(3), index)).toThrow(invalid);
      expect(() => buildBatchTree(leavesOf(3)).path(index)).toThrow(invalid);
    }
  });
});

describe("inclusion proofs", () => {
  it.each([1, 2, 3, 6, 8])("of a batch of %i are refused with any single bit flipped", (count) => {
    const leaves = leavesOf(count);
    const root = rootOf(leaves);
    leaves.forEach((leaf, index) => {
      const proof = [root, leaf, ...inclusionPath(leaves, index)];
      proof.forEach((part, place) => {
        for (let bit = 0; bit < 256; bit++) {
          const flipped = proof.map((each) => new Uint8Array(each));
          flipped[place]![bit >> 3]! ^= 1 << (bit & 7);
          const [thisRoot, thisLeaf, ...path] = flipped as [Uint8Array, Uint8Array, ...Uint8Array[]];
          expect(() => verifyInclusion(thisRoot, count, thisLeaf, index, path)).toThrow(notIncluded);
        }
        expect(part).toHaveLength(32);
      });
    });
  });

  it("are refused for every other position, leaf and length of path", () => {
    const wrong: string[] = [];
    for (let count = 1; count <= 40; count++) {
      const leaves = leavesOf(count);
      const root = rootOf(leaves);
      const refuse = (leaf: Uint8Array, index: number, path: Uint8Array[]): void => {
        if (isRefused(root, count, leaf, index, path)) return;
        wrong.push(`leaf ${leaves.indexOf(leaf)} at ${index} of ${count} by ${path.length} steps`);
      };
      for (let index = 0; index < count; index++) {
        const leaf = leaves[index]!;
        const path = inclusionPath(leaves, index);
        for (let other = -1; other <= count; other++) {
          if (other === index) continue;
          refuse(leaf, other, path);
          const stranger = leaves[other];
          if (stranger) refuse(stranger, index, path);
        }
        refuse(leaf, index, [...path, leaf]);
        if (path.length > 0) refuse(leaf, index, path.slice(0, -1));
      }
    }
    expect(wrong).toEqual([]);
  });

  it("are refused for positions and counts that are no whole numbers, and end", () => {
    const leaf = leavesOf(1)[0]!;
    for (const [count, index] of [
      [1.5, 0],
      [1, 0.5],
      [Number.NaN, 0],
      [Number.POSITIVE_INFINITY, 0],
      [0, 0],
      [2 ** 53 - 1, 2 ** 53 - 2],
    ] as const)
      expect(() => verifyInclusion(leaf, count, leaf, index, [])).toThrow(notIncluded);
  });
});
