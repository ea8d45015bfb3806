import { randomFillSync } from "node:crypto";
import { buildBatch } from "@tocsin/protocol/batch/build.ts";
import { batchFileLength, MAX_BATCH_FILE_LENGTH, sortEntries } from "@tocsin/protocol/batch/file.ts";
import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import { MIN_SIGNED_REPORT_LENGTH } from "@tocsin/protocol/report/report.ts";
import { buildBatchTree } from "@tocsin/protocol/tree/build.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import { inclusionPath, rootOf, verifyInclusion } from "@tocsin/protocol/tree/proof.ts";
import { measure, type Task } from "./support/measure.ts";
import { sha256 } from "./support/noble.ts";
import type { Result } from "./support/report.ts";

const MEMO_LENGTH = 20;
/** 01 ‖ left ‖ right, which is what every node costs. */
const NODE_LENGTH = 65;

/** The most reports with CoEpi memos that one batch file can hold: random bytes of their length, hashing reads no more. */
function fullBatch(): Uint8Array[] {
  const length = 1 + MIN_SIGNED_REPORT_LENGTH + MEMO_LENGTH;
  const perEntry = batchFileLength([length]) - batchFileLength([]);
  const count = Math.floor((MAX_BATCH_FILE_LENGTH - batchFileLength([])) / perEntry);
  return Array.from({ length: count }, () => reportEntry(randomFillSync(new Uint8Array(length - 1))));
}

/**
 * Trees and proofs of a full batch. Builds start from the entries and are compared with 2n − 1 bare hashes, which no
 * tree of n entries can do without (entries are longer than nodes: three blocks of SHA-256 to two). build-batch also
 * sorts, writes the file and hashes it. Proofs are compared with the hashes along one path: proof-merkletreejs looks
 * them up in a tree that it keeps, proof-own hashes the whole tree anew.
 */
export async function benchMerkle(): Promise<Result[]> {
  const entries = fullBatch();
  const { leaves } = sortEntries(entries);
  const tree = buildBatchTree(leaves);
  const index = Math.floor(leaves.length / 3);
  const leaf = leaves[index]!;
  const path = inclusionPath(leaves, index);
  const node = randomFillSync(new Uint8Array(NODE_LENGTH));
  const hash = (count: number) => (): unknown => {
    let last: Uint8Array | undefined;
    for (let i = 0; i < count; i++) last = sha256(node);
    return last;
  };

  const builds: Task[] = [
    { name: "sha256-baseline", run: hash(2 * leaves.length - 1) },
    { name: "build-merkletreejs", run: () => buildBatchTree(entries.map(leafHash)) },
    { name: "build-own-root", run: () => rootOf(entries.map(leafHash)) },
    { name: "build-batch", run: () => buildBatch(entries) },
  ];
  const paths: Task[] = [
    { name: "sha256-path-baseline", run: hash(path.length) },
    { name: "proof-merkletreejs", run: () => tree.path(index) },
    { name: "proof-own", run: () => inclusionPath(leaves, index) },
    {
      name: "verify-inclusion",
      run: () => {
        verifyInclusion(tree.root, leaves.length, leaf, index, path);
      },
    },
  ];
  const seconds = await measure([...builds, ...paths]);
  const resultOf = (unit: string, perSecond: number, baseline: string) => {
    return ({ name }: Task): Result => ({ name, value: seconds.get(name)! * perSecond, unit, baseline });
  };
  return [
    ...builds.map(resultOf("ms/op", 1e3, "sha256-baseline")),
    ...paths.map(resultOf("µs/op", 1e6, "sha256-path-baseline")),
  ];
}
