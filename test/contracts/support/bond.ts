import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { Contract } from "ethers";
import { type BaseContract, type BytesLike } from "ethers";
import { rootOf, inclusionPath } from "./entryTree.ts";
import type { Batch, LogModel, LogState } from "./model.ts";
import {
  appendTo,
  as,
  deployLog,
  ethers,
  eventsOf,
  networkHelpers,
  randomHash,
  type Deployed,
} from "./registry.ts";

/** Amounts in wei, periods in seconds. The penalty is odd, so that halving it leaves a wei. */
export const parameters = {
  penalty: 10n ** 17n + 1n,
  counterBond: 10n ** 16n,
  longestReceipt: 86_400n,
  demandWindow: 7n * 86_400n,
  answerPeriod: 3n * 86_400n,
};

/** A receipt as ReportBond has it: the rest is in its domain. */
export interface Receipt {
  logId: bigint;
  leaf: string;
  deadline: bigint;
}

export interface Bonded extends Deployed {
  /** Connected to the operator, who deposited three penalties. */
  bond: Contract;
  log: LogModel;
}

/** A registry with log 1, and a bond contract in which the log's operator has a bond. */
export async function deployBond(batches = 0): Promise<Bonded> {
  const deployed = await deployLog(batches);
  const bond = await deployBondOf(deployed.registry, deployed.operator);
  await bond.deposit!(1n, { value: 3n * parameters.penalty });
  return { ...deployed, bond };
}

/** Another bond contract for a registry, without any bond. */
export async function deployBondOf(
  registry: BaseContract,
  signer: HardhatEthersSigner,
  changed: Partial<typeof parameters> = {},
): Promise<Contract> {
  return ethers.deployContract("ReportBond", [registry.target, { ...parameters, ...changed }], signer);
}

/** A receipt for a leaf that ends as late as a receipt given now may. */
export async function receiptFor(leaf: string): Promise<Receipt> {
  const now = BigInt(await networkHelpers.time.latest());
  return { logId: 1n, leaf, deadline: now + parameters.longestReceipt };
}

/** Signs a receipt for a registry on the chain, as a relayer does. */
export async function sign(
  signer: HardhatEthersSigner,
  registry: BaseContract,
  receipt: Receipt,
  changedDomain: { chainId?: bigint; verifyingContract?: string; name?: string } = {},
): Promise<string> {
  const { chainId } = await ethers.provider.getNetwork();
  const verifyingContract = await registry.getAddress();
  return signer.signTypedData(
    { name: "Tocsin", version: "1", chainId, verifyingContract, ...changedDomain },
    {
      Receipt: [
        { name: "logId", type: "uint256" },
        { name: "leaf", type: "bytes32" },
        { name: "deadline", type: "uint64" },
      ],
    },
    receipt,
  );
}

/** Sends a demand of `demander`, with the counter-bond. */
export function demand(
  { bond, operator }: Pick<Bonded, "bond" | "operator">,
  demander: HardhatEthersSigner,
  receipt: Receipt,
  signature: BytesLike,
): Promise<unknown> {
  const value = parameters.counterBond;
  return as(bond, demander).demand!(operator.address, receipt, signature, { value });
}

/** Moves the chain's time to `seconds` after a receipt's deadline: the next block has a later time. */
export async function passDeadline({ deadline }: Receipt, seconds = 0n): Promise<void> {
  await networkHelpers.time.increaseTo(deadline + seconds);
}

/** What an answer shows, besides the demand's id. */
export interface Answer {
  state: LogState;
  batch: Batch;
  seq: bigint;
  path: string[];
  index: bigint;
  entryPath: string[];
}

/** Anchors a batch of these or three random leaves in log 1 and gives the answer for its leaf number `index`. */
export async function anchor(
  { registry, log }: Pick<Bonded, "registry" | "log">,
  index: number,
  leaves = [randomHash(), randomHash(), randomHash()],
  cidDigest = randomHash(),
): Promise<{ leaf: string; answer: () => Answer }> {
  const seq = log.batches.length;
  await appendTo(registry, 1n, log, {
    count: BigInt(leaves.length),
    root: rootOf(leaves),
    cidDigest,
  });
  const answer = (): Answer => ({
    state: log.state(),
    batch: log.batches[seq]!,
    seq: BigInt(seq),
    path: log.path(seq),
    index: BigInt(index),
    entryPath: inclusionPath(leaves, index),
  });
  return { leaf: leaves[index]!, answer };
}

/** Sends an answer from whom the contract object is connected to. */
export function sendAnswer(bond: Contract, demandId: string, answer: Answer): Promise<unknown> {
  const { state, batch, seq, path, index, entryPath } = answer;
  return bond.answer!(demandId, state, batch, seq, path, index, entryPath);
}

/** A demand of `stranger` for an anchored entry, or for one that never was. */
export async function demanded(anchored: boolean) {
  const bonded = await deployBond(4);
  const entry = await anchor(bonded, 2);
  const receipt = await receiptFor(anchored ? entry.leaf : randomHash());
  const signature = await sign(bonded.operator, bonded.registry, receipt);
  await passDeadline(receipt);
  const events = await eventsOf(bonded.bond, demand(bonded, bonded.stranger, receipt, signature));
  const demandId = (await bonded.bond.demandIdOf!(bonded.operator.address, receipt)) as string;
  const answerBy = BigInt(await networkHelpers.time.latest()) + parameters.answerPeriod;
  return { ...bonded, ...entry, receipt, signature, events, demandId, answerBy };
}
