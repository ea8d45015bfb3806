import { ZeroHash } from "ethers";
import { describe, expect, test } from "vitest";
import {
  anchor,
  demand,
  demanded,
  deployBond,
  parameters,
  passDeadline,
  receiptFor,
  sendAnswer,
  sign,
} from "./support/bond.ts";
import { flips } from "./support/flips.ts";
import {
  appendTo,
  as,
  eventsOf,
  networkHelpers,
  randomBatch,
  randomHash,
  revertOf,
  shown,
} from "./support/registry.ts";

const { penalty, counterBond, answerPeriod } = parameters;

describe("answer", () => {
  test("of anybody, up to the last second, pays the relayer and frees its bond", async () => {
    const { bond, operator, stranger, third, demandId, answer, answerBy } = await demanded(true);
    await networkHelpers.time.setNextBlockTimestamp(answerBy);
    expect(await eventsOf(bond, sendAnswer(as(bond, third), demandId, answer()))).toEqual([
      ["Answered", [demandId]],
    ]);
    expect(await bond.bondOf!(1n, operator.address)).toEqual([3n * penalty, 0n, 0n]);
    expect(await bond.creditOf!(operator.address)).toBe(counterBond);
    expect(await bond.creditOf!(third.address)).toBe(0n);
    expect(await revertOf(bond, as(bond, stranger).claim!(demandId))).toBe(`DemandSettled(${demandId})`);
  });

  test("is possible however much was appended since, and after the log has another operator", async () => {
    const { bond, registry, log, operator, other, demandId, answer } = await demanded(true);
    const then = answer();
    for (let i = 0; i < 4; i++) await appendTo(registry, 1n, log, randomBatch());
    await registry.offerLog!(1n, ...shown(log.state()), other.address);
    await as(registry, other).acceptLog!(1n, operator.address, ...shown(log.state()));
    await sendAnswer(bond, demandId, then);
    expect(await bond.creditOf!(operator.address)).toBe(counterBond);
  });

  test("after a handover is made with the state of the operator at the demand", async () => {
    const bonded = await deployBond(1);
    const { bond, registry, log, operator, other, stranger } = bonded;
    const { leaf, answer } = await anchor(bonded, 0);
    const receipt = await receiptFor(leaf);
    await registry.offerLog!(1n, ...shown(log.state()), other.address);
    await as(registry, other).acceptLog!(1n, operator.address, ...shown(log.state()));
    log.operator = other.address;
    await passDeadline(receipt);
    await demand(bonded, stranger, receipt, await sign(operator, registry, receipt));
    await sendAnswer(bond, (await bond.demandIdOf!(operator.address, receipt)) as string, answer());
    expect(await bond.creditOf!(operator.address)).toBe(counterBond);
  });

  test("does not help with an entry that was anchored after the demand", async () => {
    const bonded = await deployBond(2);
    const { bond, log, operator, registry, stranger } = bonded;
    const leaf = randomHash();
    const receipt = await receiptFor(leaf);
    await passDeadline(receipt);
    await demand(bonded, stranger, receipt, await sign(operator, registry, receipt));
    const demandId = (await bond.demandIdOf!(operator.address, receipt)) as string;
    const head = log.head();
    const before = log.state();
    const late = (await anchor(bonded, 0, [leaf])).answer();
    expect(await revertOf(bond, sendAnswer(bond, demandId, late))).toBe(`AnswerHeadWrong(${head})`);
    const forged = { ...late, state: before };
    expect(await revertOf(bond, sendAnswer(bond, demandId, forged))).toBe(`AnswerNotIncluded(${demandId})`);
    await networkHelpers.time.increase(answerPeriod);
    await bond.claim!(demandId);
    expect(await bond.bondOf!(1n, operator.address)).toEqual([2n * penalty, 0n, 0n]);
  });

  test("with any one bit flipped, or with a path of another length, is refused", async () => {
    const { bond, demandId, answer } = await demanded(true);
    const { state, batch, ...rest } = answer();
    const proof = { ...batch, ...rest };
    const refusalOf = ({ firstIndex, count, root, cidDigest, ...others }: typeof proof): Promise<string> => {
      const changed = { state, batch: { firstIndex, count, root, cidDigest }, ...others };
      const { seq, path, index, entryPath } = changed;
      return revertOf(
        bond,
        bond.answer!.staticCall(demandId, state, changed.batch, seq, path, index, entryPath),
      );
    };
    const refusals = new Set<string>();
    let tried = 0;
    for (const [, flipped] of flips(proof)) {
      if (tried++ % 5 === 0) refusals.add(await refusalOf(flipped));
    }
    for (const longer of [1, 64, 300]) {
      const more = Array.from({ length: longer }, () => randomHash());
      refusals.add(await refusalOf({ ...proof, path: [...proof.path, ...more] }));
      refusals.add(await refusalOf({ ...proof, entryPath: [...proof.entryPath, ...more] }));
    }
    refusals.add(await refusalOf({ ...proof, entryPath: [] }));
    expect([...refusals]).toEqual([`AnswerNotIncluded(${demandId})`]);
    await sendAnswer(bond, demandId, answer());
  });

  test("with forged peaks or another operator is refused", async () => {
    const { bond, log, stranger, demandId, answer } = await demanded(true);
    const good = answer();
    const wrong = `AnswerHeadWrong(${log.head()})`;
    for (const change of [
      { operator: stranger.address },
      { size: good.state.size + 1n },
      { total: 0n },
      { peaks: [] },
      { peaks: [...good.state.peaks, ZeroHash] },
    ]) {
      const call = sendAnswer(bond, demandId, { ...good, state: { ...good.state, ...change } });
      expect(await revertOf(bond, call)).toBe(wrong);
    }
  });

  test("of one demand is no answer of another", async () => {
    const { receipt: first, answer, ...bonded } = await demanded(true);
    const receipt = { ...first, leaf: randomHash() };
    const signature = await sign(bonded.operator, bonded.registry, receipt);
    await demand(bonded, bonded.other, receipt, signature);
    const demandId = (await bonded.bond.demandIdOf!(bonded.operator.address, receipt)) as string;
    const call = sendAnswer(bonded.bond, demandId, answer());
    expect(await revertOf(bonded.bond, call)).toBe(`AnswerNotIncluded(${demandId})`);
  });
});
