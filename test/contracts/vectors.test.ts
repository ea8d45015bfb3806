import { expect, test } from "vitest";
import vectors from "../vectors/log.json" with { type: "json" };
import { LogModel, type LogState } from "./support/model.ts";
import { append, as, deployRegistry, ethers, networkHelpers } from "./support/registry.ts";

const hashes = (hex: string[]): string[] => hex.map((hash) => `0x${hash}`);

function stateOf({ size, total, peaks }: { size: number; total: number; peaks: string[] }): LogState {
  return { operator: vectors.operator, size: BigInt(size), total: BigInt(total), peaks: hashes(peaks) };
}

test("the log of log.json gives its states and heads, and holds its batches and entries", async () => {
  await networkHelpers.impersonateAccount(vectors.operator);
  await networkHelpers.setBalance(vectors.operator, 10n ** 18n);
  const deployed = await deployRegistry();
  const registry = as(deployed.registry, await ethers.getSigner(vectors.operator));
  await registry.openLog!(vectors.operator, "");
  expect(await registry.headOf!(1n)).toBe(`0x${vectors.emptyHead}`);

  const log = new LogModel(vectors.operator);
  for (const { root, cidDigest, count, stateBefore, stateAfter, headAfter } of vectors.batches) {
    const batch = { root: `0x${root}`, cidDigest: `0x${cidDigest}`, count: BigInt(count) };
    await append(registry, 1n, stateOf(stateBefore), batch);
    log.push(batch);
    expect(await registry.headOf!(1n)).toBe(`0x${headAfter}`);
    expect(log.state()).toEqual(stateOf(stateAfter));
  }

  for (const [seq, { firstIndex, proofs }] of vectors.batches.entries()) {
    const batch = log.batches[seq]!;
    expect(batch.firstIndex).toBe(BigInt(firstIndex));
    for (const { leaf, index, path } of proofs) {
      const held: unknown = await registry.verifyEntry!(
        1n,
        log.state(),
        batch,
        seq,
        log.path(seq),
        `0x${leaf}`,
        index,
        hashes(path),
      );
      expect(held).toBe(true);
    }
  }
});
