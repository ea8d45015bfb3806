import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { buildBatchTree } from "@tocsin/protocol/tree/build.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import { inclusionPath, rootOf, verifyInclusion } from "@tocsin/protocol/tree/proof.ts";
import vectors from "./rfc6962.json" with { type: "json" };

const bytes = (hex: string): Uint8Array => fromHex(hex, "vector");
const leaves = vectors.leaves.map((input) => leafHash(bytes(input)));

describe("rfc6962.json", () => {
  for (const tree of vectors.trees) {
    it(`has the root and paths of ${tree.size} leaves`, () => {
      const these = leaves.slice(0, tree.size);
      const built = buildBatchTree(these);
      expect(toHex(built.root)).toBe(tree.root);
      expect(toHex(rootOf(these))).toBe(tree.root);
      tree.paths.forEach((path, index) => {
        expect(built.path(index).map(toHex)).toEqual(path);
        expect(inclusionPath(these, index).map(toHex)).toEqual(path);
        verifyInclusion(bytes(tree.root), tree.size, these[index] as Uint8Array, index, path.map(bytes));
      });
    });
  }
});
