import { ZeroHash } from "ethers";
import { describe, expect, test } from "vitest";
import { demand, demanded, deployBond, parameters, passDeadline, receiptFor, sign } from "./support/bond.ts";
import { ethers, eventsOf, networkHelpers, randomHash, revertOf } from "./support/registry.ts";

const { penalty, counterBond, answerPeriod } = parameters;

describe("demand", () => {
  test("records the log's head and keeps a penalty of the bond", async () => {
    const { bond, log, operator, stranger, receipt, events, demandId, answerBy } = await demanded(true);
    expect(events).toEqual([
      [
        "Demanded",
        [
          demandId,
          1n,
          operator.address,
          stranger.address,
          receipt.leaf,
          receipt.deadline,
          log.head(),
          answerBy,
        ],
      ],
    ]);
    expect(await bond.bondOf!(1n, operator.address)).toEqual([3n * penalty, penalty, 0n]);
    expect(await bond.demandOf!(demandId)).toEqual([
      operator.address,
      answerBy,
      stranger.address,
      1n,
      receipt.leaf,
      log.head(),
    ]);
  });

  test("takes no receipt of another chain, registry, log, leaf, deadline or application", async () => {
    const bonded = await deployBond();
    const { operator, registry, bond, stranger } = bonded;
    const receipt = await receiptFor(randomHash());
    await passDeadline(receipt);
    const refused = async (shown: typeof receipt, signature: string) => {
      expect(await revertOf(bond, demand(bonded, stranger, shown, signature))).toBe(
        `ReceiptSignatureInvalid(${operator.address})`,
      );
    };
    await refused(receipt, await sign(operator, registry, receipt, { chainId: 1n }));
    await refused(receipt, await sign(operator, registry, receipt, { verifyingContract: stranger.address }));
    await refused(receipt, await sign(operator, bond, receipt));
    await refused(receipt, await sign(operator, registry, receipt, { name: "Tocsin2" }));
    await refused(receipt, await sign(stranger, registry, receipt));
    const signature = await sign(operator, registry, receipt);
    await refused({ ...receipt, logId: 2n }, signature);
    await refused({ ...receipt, leaf: randomHash() }, signature);
    await refused({ ...receipt, deadline: receipt.deadline - 1n }, signature);
    await refused(receipt, `${signature}00`);
    await refused(receipt, signature.slice(0, -2));
    await refused(receipt, "0x");
    await demand(bonded, stranger, receipt, signature);
  });

  test("of a log that does not exist can never be answered: a relayer signs such receipts at its own risk", async () => {
    const { bond, registry, operator, stranger } = await deployBond();
    await bond.deposit!(7n, { value: penalty });
    const receipt = { ...(await receiptFor(randomHash())), logId: 7n };
    const signature = await sign(operator, registry, receipt);
    await passDeadline(receipt);
    const events = await eventsOf(bond, demand({ bond, operator }, stranger, receipt, signature));
    expect(events[0]![1].head).toBe(ZeroHash);
  });

  test("works for a receipt whose deadline had passed when it was signed: clients refuse to take such a one", async () => {
    const bonded = await deployBond();
    const now = BigInt(await networkHelpers.time.latest());
    const receipt = { logId: 1n, leaf: randomHash(), deadline: now - 1n };
    await demand(bonded, bonded.stranger, receipt, await sign(bonded.operator, bonded.registry, receipt));
  });

  test("for an entry of the direct lane is valid: the receipt promised the log", async () => {
    const bonded = await deployBond();
    const entry = "0x0102";
    const leaf = ethers.sha256(`0x00${entry.slice(2)}`);
    const receipt = await receiptFor(leaf);
    await bonded.registry.submitDirect!(1n, entry);
    await passDeadline(receipt);
    const signature = await sign(bonded.operator, bonded.registry, receipt);
    await demand(bonded, bonded.stranger, receipt, signature);
    const demandId: unknown = await bonded.bond.demandIdOf!(bonded.operator.address, receipt);
    await networkHelpers.time.increase(answerPeriod);
    await bonded.bond.claim!(demandId);
    expect(await bonded.bond.creditOf!(bonded.stranger.address)).toBe(counterBond + penalty / 2n);
  });
});
