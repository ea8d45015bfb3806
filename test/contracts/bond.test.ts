import { keccak256, solidityPacked, ZeroAddress } from "ethers";
import { describe, expect, test } from "vitest";
import { demanded, deployBond, deployBondOf, parameters } from "./support/bond.ts";
import { as, ethers, eventsOf, networkHelpers, revertOf } from "./support/registry.ts";

const { penalty, counterBond, demandWindow, longestReceipt } = parameters;
const BURN = "0x000000000000000000000000000000000000dEaD";

describe("claim and collect", () => {
  test("give the demander half of the penalty with the counter-bond and burn the rest, from the second after", async () => {
    const { bond, operator, stranger, third, demandId, answerBy } = await demanded(false);
    await networkHelpers.time.setNextBlockTimestamp(answerBy);
    expect(await revertOf(bond, as(bond, third).claim!(demandId))).toBe(`ClaimTooEarly(${answerBy})`);
    const burntBefore = await ethers.provider.getBalance(BURN);
    const paid = counterBond + penalty / 2n;
    const burnt = penalty - penalty / 2n;
    await networkHelpers.time.setNextBlockTimestamp(answerBy + 1n);
    expect(await eventsOf(bond, as(bond, third).claim!(demandId))).toEqual([
      ["Claimed", [demandId, stranger.address, paid, burnt]],
    ]);
    expect((await ethers.provider.getBalance(BURN)) - burntBefore).toBe(burnt);
    expect(await bond.bondOf!(1n, operator.address)).toEqual([2n * penalty, 0n, 0n]);

    const to = keccak256("0x01").slice(0, 42);
    expect(await eventsOf(bond, as(bond, stranger).collect!(to))).toEqual([
      ["Collected", [stranger.address, ethers.getAddress(to), paid]],
    ]);
    expect(await ethers.provider.getBalance(to)).toBe(paid);
    expect(await ethers.provider.getBalance(bond.target)).toBe(2n * penalty);
  });
});

describe("a bond", () => {
  test("is deposited, announced, cancelled and withdrawn by its relayer alone", async () => {
    const { bond, operator, other } = await deployBond();
    const relayer = operator.address;
    expect(await eventsOf(bond, bond.deposit!(1n, { value: 5n }))).toEqual([
      ["Deposited", [1n, relayer, 5n]],
    ]);
    const requested = await eventsOf(bond, bond.requestWithdrawal!(1n));
    const withdrawableAt = BigInt(await networkHelpers.time.latest()) + longestReceipt + demandWindow;
    expect(requested).toEqual([["WithdrawalRequested", [1n, relayer, withdrawableAt]]]);
    expect(await eventsOf(bond, bond.cancelWithdrawal!(1n))).toEqual([
      ["WithdrawalCancelled", [1n, relayer]],
    ]);
    expect(await revertOf(bond, bond.cancelWithdrawal!(1n))).toBe(`WithdrawalNotRequested(1, ${relayer})`);
    await bond.requestWithdrawal!(1n);
    await networkHelpers.time.increase(longestReceipt + demandWindow);
    expect(await revertOf(bond, as(bond, other).withdraw!(1n))).toBe(
      `WithdrawalNotRequested(1, ${other.address})`,
    );
    expect(await eventsOf(bond, bond.withdraw!(1n))).toEqual([
      ["Withdrawn", [1n, relayer, 3n * penalty + 5n]],
    ]);
    expect(await bond.bondOf!(1n, relayer)).toEqual([0n, 0n, 0n]);
    expect(await bond.creditOf!(relayer)).toBe(3n * penalty + 5n);
  });

  test("takes no ether by other ways than a deposit or a demand", async () => {
    const { bond, operator } = await deployBond();
    await expect(operator.sendTransaction({ to: bond.target, value: 1n })).rejects.toThrow();
    await expect(bond.collect!(operator.address, { value: 1n })).rejects.toThrow();
  });

  test("has the parameters that it was deployed with, and no nonsense", async () => {
    const { bond, registry, operator } = await deployBond();
    expect(await bond.withdrawalDelay!()).toBe(longestReceipt + demandWindow);
    for (const [name, value] of Object.entries(parameters)) expect(await bond[name]!()).toBe(value);
    const year = 365n * 86_400n;
    for (const wrong of [
      { penalty: 1n },
      { counterBond: 0n },
      { longestReceipt: 0n },
      { longestReceipt: year + 1n },
      { demandWindow: 0n },
      { demandWindow: 2n ** 64n - 1n },
      { answerPeriod: 0n },
      { answerPeriod: year + 1n },
    ]) {
      expect(await revertOf(bond, deployBondOf(registry, operator, wrong))).toBe("ParametersInvalid()");
    }
    const nobody = { target: solidityPacked(["address"], [ZeroAddress]) } as typeof registry;
    expect(await revertOf(bond, deployBondOf(nobody, operator))).toBe("ParametersInvalid()");
  });
});
