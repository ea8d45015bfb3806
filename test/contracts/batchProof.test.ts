import { describe, expect, test } from "vitest";
import { flips } from "./support/flips.ts";
import { appendTo, deployLog, randomBatch, randomHash, revertOf } from "./support/registry.ts";

describe("verifyBatch", () => {
  test("holds for every batch of a log of every size up to 20, at its place and no other", async () => {
    const { registry, log } = await deployLog(0);
    for (let size = 1; size <= 20; size++) {
      await appendTo(registry, 1n, log, randomBatch());
      const state = log.state();
      for (const [seq, batch] of log.batches.entries()) {
        const verify = (place: number) => registry.verifyBatch!(1n, state, batch, place, log.path(seq));
        expect(await verify(seq)).toBe(true);
        expect(await verify((seq + 1) % (size + 1))).toBe(false);
        expect(await verify(size)).toBe(false);
      }
    }
  });

  test("refuses a proof with any one bit flipped", async () => {
    const { registry, log } = await deployLog(13);
    const proof = { seq: 5n, ...log.batches[5]!, path: log.path(5) };
    expect(proof.path).toHaveLength(3);
    const state = log.state();
    const verify = ({ seq, path, ...batch }: typeof proof) =>
      registry.verifyBatch!(1n, state, batch, seq, path);
    expect(await verify(proof)).toBe(true);

    const accepted: string[] = [];
    let tried = 0;
    for (const [name, flipped] of flips(proof)) {
      tried++;
      if (await verify(flipped)) accepted.push(name);
    }
    expect(accepted).toEqual([]);
    expect(tried).toBe(3 * 64 + 2 * 256 + 3 * 256);
  });

  test("refuses a path of any other length", async () => {
    const { registry, log } = await deployLog(13);
    for (const seq of [5, 9, 12]) {
      const path = log.path(seq);
      const verify = (other: string[]) =>
        registry.verifyBatch!(1n, log.state(), log.batches[seq], seq, other);
      expect(await verify(path)).toBe(true);
      expect(await verify([...path, randomHash()])).toBe(false);
      if (path.length > 0) expect(await verify(path.slice(0, -1))).toBe(false);
      if (path.length > 0) expect(await verify([])).toBe(false);
    }
  });

  test("refuses everything in an empty log", async () => {
    const { registry, log } = await deployLog(0);
    const batch = { firstIndex: 0n, ...randomBatch() };
    expect(await registry.verifyBatch!(1n, log.state(), batch, 0n, [])).toBe(false);
  });

  test("reverts when the state is not the log's current one", async () => {
    const { registry, log, stranger } = await deployLog(6);
    const before = log.state();
    const verify = (logId: bigint, state: typeof before) =>
      registry.verifyBatch!(logId, state, log.batches[5], 5n, log.path(5));
    await appendTo(registry, 1n, log, randomBatch());
    const now = log.state();
    expect(await revertOf(registry, verify(1n, before))).toBe("StaleHead(1)");
    expect(await revertOf(registry, verify(2n, now))).toBe("StaleHead(2)");
    expect(await revertOf(registry, verify(1n, { ...now, operator: stranger.address }))).toBe("StaleHead(1)");
    expect(await revertOf(registry, verify(1n, { ...now, peaks: now.peaks.slice(1) }))).toBe("StaleHead(1)");
    expect(await verify(1n, now)).toBe(true);
  });
});
