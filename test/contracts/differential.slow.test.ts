import { getBytes, hexlify, randomBytes } from "ethers";
import { expect, test } from "vitest";
import { proveBatch } from "@tocsin/protocol/log/proof.ts";
import { appendBatch, batchLeaf, EMPTY_LOG, headOf, type AnchoredBatch } from "@tocsin/protocol/log/state.ts";
import { inclusionPath, rootOf } from "@tocsin/protocol/tree/proof.ts";
import { anchor, demand, deployBond, passDeadline, receiptFor, sign } from "./support/bond.ts";
import { flips } from "./support/flips.ts";
import { append, deployLog, networkHelpers, revertOf } from "./support/registry.ts";

const hex = (hashes: readonly Uint8Array[]): string[] => hashes.map((hash) => hexlify(hash));

/** Which batches to prove in a log of some size: the first, the last, and three others. */
function someOf(size: number): number[] {
  const random = Array.from({ length: 3 }, () => Math.floor(Math.random() * size));
  return [...new Set([0, size - 1, ...random])];
}

test("protocol and contract agree on heads, batch proofs and entry proofs of every history of 1 to 300 batches", async () => {
  const { registry, operator } = await deployLog(0);
  let state = EMPTY_LOG;
  const batches: (AnchoredBatch & { entries: Uint8Array[] })[] = [];
  const leaves: Uint8Array[] = [];

  for (let size = 1; size <= 300; size++) {
    const entries = Array.from({ length: 1 + (randomBytes(1)[0]! % 40) }, () => randomBytes(32));
    const batch = { root: rootOf(entries), cidDigest: randomBytes(32), count: entries.length };
    const shown = {
      operator: operator.address,
      size: BigInt(state.size),
      total: BigInt(state.total),
      peaks: hex(state.peaks),
    };
    const sent = {
      root: hexlify(batch.root),
      cidDigest: hexlify(batch.cidDigest),
      count: BigInt(batch.count),
    };
    await append(registry, 1n, shown, sent);
    batches.push({ seq: state.size, firstIndex: state.total, ...batch, entries });
    leaves.push(batchLeaf(batches.at(-1)!));
    state = appendBatch(state, batch);
    expect(await registry.headOf!(1n)).toBe(hexlify(headOf(getBytes(operator.address), state)));

    const now = { operator: operator.address, ...state, peaks: hex(state.peaks) };
    for (const seq of someOf(size)) {
      const { entries, ...placed } = batches[seq]!;
      const path = hex(proveBatch(leaves, seq));
      const index = randomBytes(1)[0]! % entries.length;
      const verify = (place: number, leaf: Uint8Array): Promise<boolean> =>
        registry.verifyEntry!(1n, now, placed, place, path, leaf, index, hex(inclusionPath(entries, index)));
      expect(await registry.verifyBatch!(1n, now, placed, seq, path)).toBe(true);
      expect(await verify(seq, entries[index]!)).toBe(true);
      expect(await verify(seq, randomBytes(32))).toBe(false);
      expect(await verify((seq + 1) % (size + 1), entries[index]!)).toBe(false);
    }
  }
});

test("an answer with any one bit flipped is refused", async () => {
  const bonded = await deployBond(4);
  const { bond, registry, operator, stranger } = bonded;
  const { leaf, answer } = await anchor(bonded, 2);
  const receipt = await receiptFor(leaf);
  await passDeadline(receipt);
  await demand(bonded, stranger, receipt, await sign(operator, registry, receipt));
  const demandId = (await bond.demandIdOf!(operator.address, receipt)) as string;
  await networkHelpers.mine();

  const { state, batch, ...rest } = answer();
  const proof = { ...batch, ...rest };
  let tried = 0;
  for (const [name, { firstIndex, count, root, cidDigest, seq, path, index, entryPath }] of flips(proof)) {
    tried++;
    const changed = { firstIndex, count, root, cidDigest };
    const call = bond.answer!.staticCall(demandId, state, changed, seq, path, index, entryPath);
    expect(await revertOf(bond, call), name).toBe(`AnswerNotIncluded(${demandId})`);
  }
  expect(tried).toBe(4 * 64 + 2 * 256 + (proof.path.length + proof.entryPath.length) * 256);
});
