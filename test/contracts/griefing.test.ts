import { TypedDataEncoder, type Contract } from "ethers";
import { describe, expect, test } from "vitest";
import {
  anchor,
  demand,
  deployBond,
  parameters,
  passDeadline,
  receiptFor,
  sendAnswer,
  sign,
  type Bonded,
  type Receipt,
} from "./support/bond.ts";
import { inclusionPath } from "./support/entryTree.ts";
import { as, ethers, networkHelpers, randomHash, revertOf } from "./support/registry.ts";

const { penalty, counterBond, answerPeriod } = parameters;

const idOf = async ({ bond, operator }: Bonded, receipt: Receipt): Promise<string> =>
  (await bond.demandIdOf!(operator.address, receipt)) as string;

/** A receipt for an entry that the relayer drops. */
async function dropped(): Promise<Bonded & { receipt: Receipt; signature: string }> {
  const bonded = await deployBond(3);
  const receipt = await receiptFor(randomHash());
  const signature = await sign(bonded.operator, bonded.registry, receipt);
  await passDeadline(receipt);
  return { ...bonded, receipt, signature };
}

describe("a relayer that drops a report loses", () => {
  test("half of the penalty when it demands from itself before anybody else does", async () => {
    const { receipt, signature, ...bonded } = await dropped();
    const { bond, operator, stranger } = bonded;
    await demand(bonded, operator, receipt, signature);
    const demandId = await idOf(bonded, receipt);
    const call = demand(bonded, stranger, receipt, signature);
    expect(await revertOf(bond, call)).toBe(`DemandRepeated(${demandId})`);
    await networkHelpers.time.increase(answerPeriod + 1n);
    await as(bond, stranger).claim!(demandId);
    const [amount] = (await bond.bondOf!(1n, operator.address)) as [bigint];
    expect(amount + ((await bond.creditOf!(operator.address)) as bigint) - counterBond).toBe(
      3n * penalty - (penalty - penalty / 2n),
    );
  });

  test("even when demands of its own hold more than its whole bond", async () => {
    const { receipt, signature, ...bonded } = await dropped();
    const { bond, operator, registry, stranger } = bonded;
    for (let i = 0n; i < 5n; i++) {
      const own = { ...receipt, deadline: receipt.deadline - i - 1n };
      await demand(bonded, operator, own, await sign(operator, registry, own));
    }
    expect(await bond.bondOf!(1n, operator.address)).toEqual([3n * penalty, 3n * penalty, 0n]);
    await demand(bonded, stranger, receipt, signature);
    await networkHelpers.time.increase(answerPeriod + 1n);
    await bond.claim!(await idOf(bonded, receipt));
    expect(await bond.creditOf!(stranger.address)).toBe(counterBond + penalty / 2n);
  });

  test("even when it anchors the report after the demand, or withdraws meanwhile", async () => {
    const bonded = await deployBond(1);
    const { bond, operator, registry, stranger } = bonded;
    await bond.requestWithdrawal!(1n);
    const receipt = await receiptFor(randomHash());
    const signature = await sign(operator, registry, receipt);
    await networkHelpers.time.setNextBlockTimestamp(receipt.deadline + parameters.demandWindow);
    await demand(bonded, stranger, receipt, signature);
    await anchor(bonded, 0, [receipt.leaf]);
    await networkHelpers.time.increase(60n);
    await bond.withdraw!(1n);
    expect(await bond.bondOf!(1n, operator.address)).toMatchObject([penalty, penalty, {}]);
    await networkHelpers.time.increase(answerPeriod);
    await bond.claim!(await idOf(bonded, receipt));
    expect(await bond.creditOf!(stranger.address)).toBe(counterBond + penalty / 2n);
  });

  test("even when it gives its account code that knows no signature", async () => {
    const { receipt, signature, ...bonded } = await dropped();
    await networkHelpers.setCode(bonded.operator.address, `0xef0100${"11".repeat(20)}`);
    await demand(bonded, bonded.stranger, receipt, signature);
    await networkHelpers.setCode(bonded.operator.address, "0x");
  });
});

describe("an honest relayer does not lose", () => {
  test("by demands for everything it anchored, each of which pays for its answer", async () => {
    const bonded = await deployBond(2);
    const { bond, operator, registry, other, third } = bonded;
    const leaves = Array.from({ length: 6 }, () => randomHash());
    const { answer } = await anchor(bonded, 0, leaves);
    const first = await receiptFor(leaves[0]!);
    await passDeadline(first);
    const demandIds: string[] = [];
    for (const leaf of leaves) {
      const receipt = { ...first, leaf };
      await demand(bonded, other, receipt, await sign(operator, registry, receipt));
      demandIds.push(await idOf(bonded, receipt));
    }
    await sendAnswer(as(bond, third), demandIds[0]!, answer());
    for (const [index, demandId] of demandIds.entries()) {
      if (index === 0) continue;
      const mine = { ...answer(), index: BigInt(index), entryPath: inclusionPath(leaves, index) };
      await sendAnswer(bond, demandId, mine);
    }
    expect(await bond.bondOf!(1n, operator.address)).toEqual([3n * penalty, 0n, 0n]);
    expect(await bond.creditOf!(operator.address)).toBe(6n * counterBond);
  });

  test("by a demand repeated with another signature or after the answer", async () => {
    const bonded = await deployBond();
    const { bond, operator, registry, other, stranger } = bonded;
    const { leaf, answer } = await anchor(bonded, 1);
    const receipt = await receiptFor(leaf);
    const signature = await sign(operator, registry, receipt);
    await passDeadline(receipt);
    await demand(bonded, stranger, receipt, signature);
    const demandId = await idOf(bonded, receipt);
    await sendAnswer(bond, demandId, answer());
    const repeated = demand(bonded, other, receipt, signature);
    expect(await revertOf(bond, repeated)).toBe(`DemandRepeated(${demandId})`);
    const { r, s, v } = ethers.Signature.from(signature);
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const mirrored = ethers.concat([r, ethers.toBeHex(order - BigInt(s), 32), v === 27 ? "0x1c" : "0x1b"]);
    expect(await revertOf(bond, demand(bonded, other, receipt, mirrored))).toBe(
      `ReceiptSignatureInvalid(${operator.address})`,
    );
  });

  test("by an answer and a claim that race: only one of them is possible at any time", async () => {
    const bonded = await deployBond();
    const { bond, operator, registry, stranger } = bonded;
    const { leaf, answer } = await anchor(bonded, 1);
    const receipt = await receiptFor(leaf);
    await passDeadline(receipt);
    await demand(bonded, stranger, receipt, await sign(operator, registry, receipt));
    const demandId = await idOf(bonded, receipt);
    const answerBy = BigInt(await networkHelpers.time.latest()) + answerPeriod;
    await networkHelpers.time.setNextBlockTimestamp(answerBy);
    expect(await revertOf(bond, as(bond, stranger).claim!(demandId))).toBe(`ClaimTooEarly(${answerBy})`);
    await networkHelpers.time.setNextBlockTimestamp(answerBy);
    await sendAnswer(bond, demandId, answer());
  });
});

describe("contracts as relayers and demanders", () => {
  test("a multisig signs receipts by ERC-1271 and, taking no ether itself, collects to elsewhere", async () => {
    const bonded = await deployBond();
    const { bond, registry, stranger, third } = bonded;
    const wallet: Contract = await ethers.deployContract("Multisig");
    const act = (name: string, args: unknown[], value = 0n): Promise<unknown> =>
      wallet.act!(bond.target, bond.interface.encodeFunctionData(name, args), { value });
    await act("deposit", [1n], penalty);
    const { leaf, answer } = await anchor(bonded, 1);
    const receipt = await receiptFor(leaf);
    await passDeadline(receipt);
    const { chainId } = await ethers.provider.getNetwork();
    const digest = TypedDataEncoder.hash(
      { name: "Tocsin", version: "1", chainId, verifyingContract: await registry.getAddress() },
      {
        Receipt: [
          { name: "logId", type: "uint256" },
          { name: "leaf", type: "bytes32" },
          { name: "deadline", type: "uint64" },
        ],
      },
      receipt,
    );
    const ask = (): Promise<unknown> =>
      as(bond, stranger).demand!(wallet.target, receipt, "0x", { value: counterBond });
    await wallet.approve!(digest);
    expect(await revertOf(bond, ask())).toBe(`ReceiptSignatureInvalid(${await wallet.getAddress()})`);
    await wallet.approve!(digest);
    await ask();
    await sendAnswer(bond, (await bond.demandIdOf!(wallet.target, receipt)) as string, answer());

    expect(await revertOf(bond, act("collect", [wallet.target]))).toBe("FailedCall()");
    expect(await bond.creditOf!(wallet.target)).toBe(counterBond);
    const before = await ethers.provider.getBalance(third.address);
    await act("collect", [third.address]);
    expect((await ethers.provider.getBalance(third.address)) - before).toBe(counterBond);
  });

  test("a demander that takes no ether is claimed for all the same, and harms only itself", async () => {
    const { receipt, signature, ...bonded } = await dropped();
    const { bond, operator, other } = bonded;
    const wallet: Contract = await ethers.deployContract("Multisig");
    const call = bond.interface.encodeFunctionData("demand", [operator.address, receipt, signature]);
    await wallet.act!(bond.target, call, { value: counterBond });
    await networkHelpers.time.increase(answerPeriod + 1n);
    await as(bond, other).claim!(await idOf(bonded, receipt));
    expect(await bond.creditOf!(wallet.target)).toBe(counterBond + penalty / 2n);
    expect(await bond.bondOf!(1n, operator.address)).toEqual([2n * penalty, 0n, 0n]);
  });
});
