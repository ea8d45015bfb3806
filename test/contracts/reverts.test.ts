import { hexlify, Interface, ZeroAddress, ZeroHash, type Contract } from "ethers";
import { artifacts } from "hardhat";
import { expect, test } from "vitest";
import {
  append,
  as,
  deployLog,
  ethers,
  networkHelpers,
  randomBatch,
  randomHash,
  revertOf,
  shown,
} from "./support/registry.ts";
import {
  anchor,
  demand,
  deployBond,
  deployBondOf,
  parameters,
  passDeadline,
  receiptFor,
  sendAnswer,
  sign,
  type Bonded,
  type Receipt,
} from "./support/bond.ts";

/** A call that reverts, and the contract whose ABI has the error. */
type Case = () => Promise<[contract: Contract, call: Promise<unknown>]>;

/** One way to each error of ReportRegistry. Those that the caller can be led to are in the other tests, too. */
const registryCases: Record<string, Case> = {
  StaleHead: async () => {
    const { registry, log } = await deployLog(1);
    return [registry, append(registry, 1n, { ...log.state(), size: 0n }, randomBatch())];
  },
  OperatorZero: async () => {
    const { registry } = await deployLog(0);
    return [registry, registry.openLog!(ZeroAddress, "")];
  },
  BatchEmpty: async () => {
    const { registry, log } = await deployLog(0);
    return [registry, append(registry, 1n, log.state(), { ...randomBatch(), count: 0n })];
  },
  LogNotOffered: async () => {
    const { registry, log, operator, stranger } = await deployLog(0);
    return [registry, as(registry, stranger).acceptLog!(1n, operator.address, ...shown(log.state()))];
  },
  LogUnknown: async () => {
    const { registry } = await deployLog(0);
    return [registry, registry.submitDirect!(2n, "0x01")];
  },
  EntrySizeInvalid: async () => {
    const { registry } = await deployLog(0);
    return [registry, registry.submitDirect!(1n, "0x")];
  },
};

/** A demand for an entry that was anchored, or for one that was not. */
async function demanded(
  anchored = true,
): Promise<
  Bonded & Awaited<ReturnType<typeof anchor>> & { receipt: Receipt; signature: string; demandId: string }
> {
  const bonded = await deployBond(3);
  const entry = await anchor(bonded, 1);
  const receipt = await receiptFor(anchored ? entry.leaf : randomHash());
  const signature = await sign(bonded.operator, bonded.registry, receipt);
  await passDeadline(receipt);
  await demand(bonded, bonded.stranger, receipt, signature);
  const demandId = (await bonded.bond.demandIdOf!(bonded.operator.address, receipt)) as string;
  return { ...bonded, ...entry, receipt, signature, demandId };
}

/** A receipt for a leaf that nobody anchors, signed, its deadline passed. */
async function promised(): Promise<Bonded & { receipt: Receipt; signature: string }> {
  const bonded = await deployBond();
  const receipt = await receiptFor(randomHash());
  const signature = await sign(bonded.operator, bonded.registry, receipt);
  await passDeadline(receipt);
  return { ...bonded, receipt, signature };
}

const bondCases: Record<string, Case> = {
  ParametersInvalid: async () => {
    const { registry, operator, bond } = await deployBond();
    return [bond, deployBondOf(registry, operator, { penalty: 1n })];
  },
  WithdrawalNotRequested: async () => {
    const { bond } = await deployBond();
    return [bond, bond.withdraw!(1n)];
  },
  WithdrawalTooEarly: async () => {
    const { bond } = await deployBond();
    await bond.requestWithdrawal!(1n);
    return [bond, bond.withdraw!(1n)];
  },
  NothingToWithdraw: async () => {
    const { bond } = await deployBond();
    await bond.requestWithdrawal!(2n);
    await networkHelpers.time.increase(parameters.longestReceipt + parameters.demandWindow + 1n);
    return [bond, bond.withdraw!(2n)];
  },
  CounterBondWrong: async () => {
    const { bond, operator, receipt, signature } = await promised();
    return [bond, bond.demand!(operator.address, receipt, signature)];
  },
  DemandTooEarly: async () => {
    const bonded = await deployBond();
    const receipt = await receiptFor(randomHash());
    const signature = await sign(bonded.operator, bonded.registry, receipt);
    return [bonded.bond, demand(bonded, bonded.stranger, receipt, signature)];
  },
  DemandTooLate: async () => {
    const { receipt, signature, ...bonded } = await promised();
    await passDeadline(receipt, parameters.demandWindow);
    return [bonded.bond, demand(bonded, bonded.stranger, receipt, signature)];
  },
  ReceiptSignatureInvalid: async () => {
    const { receipt, ...bonded } = await promised();
    const signature = await sign(bonded.stranger, bonded.registry, receipt);
    return [bonded.bond, demand(bonded, bonded.stranger, receipt, signature)];
  },
  DemandRepeated: async () => {
    const { receipt, signature, ...bonded } = await promised();
    await demand(bonded, bonded.stranger, receipt, signature);
    return [bonded.bond, demand(bonded, bonded.other, receipt, signature)];
  },
  BondTooSmall: async () => {
    const { receipt, ...bonded } = await promised();
    const signature = await sign(bonded.other, bonded.registry, receipt);
    const call = demand({ bond: bonded.bond, operator: bonded.other }, bonded.stranger, receipt, signature);
    return [bonded.bond, call];
  },
  DemandUnknown: async () => {
    const { bond } = await deployBond();
    return [bond, bond.claim!(ZeroHash)];
  },
  DemandSettled: async () => {
    const { bond, demandId, answer } = await demanded();
    await sendAnswer(bond, demandId, answer());
    return [bond, sendAnswer(bond, demandId, answer())];
  },
  AnswerTooLate: async () => {
    const { bond, demandId, answer } = await demanded();
    await networkHelpers.time.increase(parameters.answerPeriod);
    return [bond, sendAnswer(bond, demandId, answer())];
  },
  AnswerHeadWrong: async () => {
    const { bond, demandId, answer, registry, log } = await demanded();
    await anchor({ registry, log }, 0);
    return [bond, sendAnswer(bond, demandId, answer())];
  },
  AnswerNotIncluded: async () => {
    const { bond, demandId, answer } = await demanded(false);
    return [bond, sendAnswer(bond, demandId, answer())];
  },
  ClaimTooEarly: async () => {
    const { bond, demandId } = await demanded();
    return [bond, bond.claim!(demandId)];
  },
  NothingToCollect: async () => {
    const { bond, operator } = await deployBond();
    return [bond, bond.collect!(operator.address)];
  },
  FailedCall: async () => {
    const { bond, demandId, answer, registry } = await demanded();
    await sendAnswer(bond, demandId, answer());
    return [bond, bond.collect!(registry.target)];
  },
  ReentrancyGuardReentrantCall: async () => {
    const bonded = await deployBond();
    const greedy: Contract = await ethers.deployContract("Greedy", [bonded.bond.target]);
    const receipt = await receiptFor(randomHash());
    await passDeadline(receipt);
    const signature = await sign(bonded.operator, bonded.registry, receipt);
    const { interface: abi } = bonded.bond;
    const call = abi.encodeFunctionData("demand", [bonded.operator.address, receipt, signature]);
    await greedy.act!(call, { value: parameters.counterBond });
    await networkHelpers.time.increase(parameters.answerPeriod + 1n);
    await bonded.bond.claim!(await bonded.bond.demandIdOf!(bonded.operator.address, receipt));
    return [bonded.bond, greedy.act!(abi.encodeFunctionData("collect", [greedy.target]))];
  },
  // No call leads to it, for the contract holds all that it owes. It is there should that ever not be so.
  InsufficientBalance: async () => {
    const { bond, demandId, answer } = await demanded();
    await sendAnswer(bond, demandId, answer());
    await networkHelpers.setBalance(hexlify(await bond.getAddress()), 0n);
    return [bond, bond.collect!(ZeroAddress)];
  },
};

async function errorsOf(name: string): Promise<string[]> {
  const { abi } = await artifacts.readArtifact(name);
  const names: string[] = [];
  new Interface(abi).forEachError(({ name }) => names.push(name));
  return names.sort();
}

test.each([
  ["ReportRegistry", registryCases],
  ["ReportBond", bondCases],
])("every error of %s has a case here, and no other has", async (name, cases) => {
  expect(Object.keys(cases).sort()).toEqual(await errorsOf(name));
});

test.each(Object.entries({ ...registryCases, ...bondCases }))("%s is reached", async (name, reach) => {
  const [contract, call] = await reach();
  expect(await revertOf(contract, call)).toMatch(new RegExp(`^${name}\\(`));
});
