import { describe, expect, it } from "vitest";
import { cidDigestFrom, cidOf } from "@tocsin/protocol/batch/cid.ts";
import { buildBatch } from "@tocsin/protocol/batch/build.ts";
import { decodeBatchFile } from "@tocsin/protocol/batch/file.ts";
import { fromHex, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { verifyBatchFile } from "@tocsin/protocol/check/verifyBatch.ts";
import { proveBatch, verifyBatchProof } from "@tocsin/protocol/log/proof.ts";
import { appendBatch, batchLeaf, EMPTY_LOG, headOf, type LogState } from "@tocsin/protocol/log/state.ts";
import { inclusionPath, rootOf, verifyInclusion } from "@tocsin/protocol/tree/proof.ts";
import vectors from "./log.json" with { type: "json" };

const bytes = (hex: string): Uint8Array => fromHex(hex, "vector");
const operator = bytes(vectors.operator);
const stateOf = (json: { size: number; total: number; peaks: string[] }): LogState => ({
  ...json,
  peaks: json.peaks.map(bytes),
});
const anchored = vectors.batches.map((batch, seq) => ({
  seq,
  firstIndex: batch.firstIndex,
  count: batch.count,
  root: bytes(batch.root),
  cidDigest: bytes(batch.cidDigest),
}));

describe("log.json", () => {
  it("has the head of an empty log", () => {
    expect(toHex(headOf(operator, EMPTY_LOG))).toBe(vectors.emptyHead);
  });

  vectors.batches.forEach((vector, seq) => {
    it(`builds, reads and proves batch ${seq}`, () => {
      const built = buildBatch(vector.entries.map(bytes));
      expect(toHex(built.file)).toBe(vector.file);
      expect(toHex(built.tree.root)).toBe(vector.root);
      expect(toHex(built.cidDigest)).toBe(vector.cidDigest);
      expect(cidOf(built.cidDigest)).toBe(vector.cid);
      expect(cidDigestFrom(vector.cid)).toEqual(built.cidDigest);
      const batch = decodeBatchFile(bytes(vector.file));
      expect(batch.entries).toEqual(built.entries);
      expect(toHex(rootOf(batch.leaves))).toBe(vector.root);
      expect(verifyBatchFile(bytes(vector.file), anchored[seq] as never).leaves).toEqual(built.leaves);
      for (const proof of vector.proofs) {
        expect(toHex(batch.leaves[proof.index] as Uint8Array)).toBe(proof.leaf);
        expect(inclusionPath(batch.leaves, proof.index).map(toHex)).toEqual(proof.path);
        expect(built.tree.path(proof.index).map(toHex)).toEqual(proof.path);
        verifyInclusion(built.tree.root, vector.count, bytes(proof.leaf), proof.index, proof.path.map(bytes));
      }
    });

    it(`appends batch ${seq} and proves every earlier one`, () => {
      const before = stateOf(vector.stateBefore);
      const after = appendBatch(before, anchored[seq] as never);
      expect(after).toEqual(stateOf(vector.stateAfter));
      expect(toHex(headOf(operator, after))).toBe(vector.headAfter);
      const leaves = anchored.slice(0, seq + 1).map(batchLeaf);
      for (const batch of anchored.slice(0, seq + 1))
        verifyBatchProof(after, batch, proveBatch(leaves, batch.seq));
    });
  });
});
