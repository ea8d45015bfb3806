import { concat, sha256 } from "ethers";
import { describe, expect, test } from "vitest";
import vectors from "../vectors/rfc6962.json" with { type: "json" };
import { flips } from "./support/flips.ts";
import { appendTo, deployLog, randomHash, revertOf } from "./support/registry.ts";

const leaves = vectors.leaves.map((entry) => sha256(concat(["0x00", `0x${entry}`])));
const trees = vectors.trees.map(({ size, root, paths }) => ({
  count: BigInt(size),
  root: `0x${root}`,
  paths: paths.map((path) => path.map((hash) => `0x${hash}`)),
}));

/** A log whose batch number n has the root of the n + 1 first leaves of RFC 6962's test vectors. */
async function deployVectors() {
  const { registry, log } = await deployLog(0);
  for (const { root, count } of trees)
    await appendTo(registry, 1n, log, { root, count, cidDigest: randomHash() });
  const state = log.state();
  const verify = (seq: number, leaf: string, index: bigint, entryPath: string[]): Promise<boolean> =>
    registry.verifyEntry!(1n, state, log.batches[seq], seq, log.path(seq), leaf, index, entryPath);
  return { registry, log, state, verify };
}

describe("verifyEntry", () => {
  test("holds for every inclusion path of RFC 6962's vectors, at its place and no other", async () => {
    const { verify } = await deployVectors();
    for (const [seq, { paths, count }] of trees.entries()) {
      for (const [index, path] of paths.entries()) {
        for (let place = 0n; place <= count; place++) {
          expect(await verify(seq, leaves[index]!, place, path)).toBe(place === BigInt(index));
        }
        expect(await verify(seq, leaves[(index + 1) % leaves.length]!, BigInt(index), path)).toBe(false);
        expect(await verify(seq, leaves[index]!, BigInt(index), [...path, randomHash()])).toBe(false);
        if (path.length > 0)
          expect(await verify(seq, leaves[index]!, BigInt(index), path.slice(1))).toBe(false);
        if (path.length > 0)
          expect(await verify(seq, leaves[index]!, BigInt(index), path.slice(0, -1))).toBe(false);
      }
    }
  });

  test.each([
    { count: 7, index: 6, length: 2 },
    { count: 8, index: 3, length: 3 },
  ])(
    "refuses a proof of leaf $index of $count with any one bit flipped",
    async ({ count, index, length }) => {
      const { registry, log, state } = await deployVectors();
      const seq = count - 1;
      const proof = {
        seq: BigInt(seq),
        ...log.batches[seq]!,
        leaf: leaves[index]!,
        index: BigInt(index),
        path: log.path(seq),
        entryPath: trees[seq]!.paths[index]!,
      };
      expect(proof.entryPath).toHaveLength(length);
      const verify = ({ seq, leaf, index, path, entryPath, ...batch }: typeof proof): Promise<boolean> =>
        registry.verifyEntry!(1n, state, batch, seq, path, leaf, index, entryPath);
      expect(await verify(proof)).toBe(true);

      const accepted: string[] = [];
      let tried = 0;
      for (const [name, flipped] of flips(proof)) {
        tried++;
        if (await verify(flipped)) accepted.push(name);
      }
      expect(accepted).toEqual([]);
      expect(tried).toBe(4 * 64 + 3 * 256 + 3 * 256 + length * 256);
    },
  );

  test("refuses an inner node in a leaf's place", async () => {
    const { verify } = await deployVectors();
    const [, two, , four] = trees;
    expect(await verify(3, two!.root, 0n, four!.paths[0]!.slice(1))).toBe(false);
    expect(await verify(3, four!.root, 0n, [])).toBe(false);
  });

  test("refuses a path longer than the tree is high, even one that leads to the root", async () => {
    const { registry, log } = await deployLog(0);
    const { root, paths } = trees[1]!;
    await appendTo(registry, 1n, log, { root, count: 1n, cidDigest: randomHash() });
    const verify = (leaf: string, path: string[]): Promise<boolean> =>
      registry.verifyEntry!(1n, log.state(), log.batches[0], 0n, [], leaf, 0n, path);
    expect(await verify(leaves[1]!, paths[1]!)).toBe(false);
    expect(await verify(root, [])).toBe(true);
  });

  test("holds in a batch of 2^32 entries, with a path of 32 hashes and no other", async () => {
    const { registry, log } = await deployLog(0);
    const path = Array.from({ length: 32 }, () => randomHash());
    const leaf = randomHash();
    const root = path.reduce((node, sibling) => sha256(concat(["0x01", sibling, node])), leaf);
    await appendTo(registry, 1n, log, { root, count: 2n ** 32n, cidDigest: randomHash() });
    const verify = (index: bigint, entryPath: string[]): Promise<boolean> =>
      registry.verifyEntry!(1n, log.state(), log.batches[0], 0n, [], leaf, index, entryPath);
    expect(await verify(2n ** 32n - 1n, path)).toBe(true);
    expect(await verify(2n ** 32n - 2n, path)).toBe(false);
    expect(await verify(2n ** 32n, path)).toBe(false);
    expect(await verify(2n ** 32n - 1n, path.slice(1))).toBe(false);
    expect(await verify(2n ** 32n - 1n, [...path, randomHash()])).toBe(false);
  });

  test("reverts when the state is not the log's current one", async () => {
    const { registry, log, state } = await deployVectors();
    const stale = { ...state, total: state.total + 1n };
    const verify = registry.verifyEntry!(1n, stale, log.batches[0], 0n, log.path(0), leaves[0], 0n, []);
    expect(await revertOf(registry, verify)).toBe("StaleHead(1)");
  });
});
