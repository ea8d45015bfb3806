import { hexlify, id, getBytes, type ContractTransactionResponse } from "ethers";
import { inclusionPath, rootOf } from "./entryTree.ts";
import {
  anchor,
  demand,
  deployBond,
  parameters,
  passDeadline,
  receiptFor,
  sendAnswer,
  sign,
} from "./bond.ts";
import { appendTo, as, deployLog, networkHelpers, shown } from "./registry.ts";

/** Gas of one call each; of `append` the average and the maximum over the first 300 of a log. */
export type GasTable = Record<string, number>;

/** Measures the contracts with arguments that are the same in every run. */
export async function measureGas(): Promise<GasTable> {
  return { ...(await gasOfRegistry()), ...(await gasOfProofs()), ...(await gasOfBond()) };
}

const spent = async (sent: Promise<unknown>): Promise<number> => {
  const receipt = await ((await sent) as ContractTransactionResponse).wait();
  return Number(receipt!.gasUsed);
};

async function gasOfRegistry(): Promise<GasTable> {
  const { registry, log, operator, other } = await deployLog(0);
  const openLog = await spent(registry.openLog!(operator.address, "https://relayer.example/"));
  const appends: number[] = [];
  for (let seq = 0; seq < 300; seq++) {
    const batch = { count: 100n, root: id(`root ${seq}`), cidDigest: id(`digest ${seq}`) };
    appends.push(await spent(appendTo(registry, 1n, log, batch)));
  }
  const state = shown(log.state());
  const offerLog = await spent(registry.offerLog!(1n, ...state, other.address));
  const acceptLog = await spent(as(registry, other).acceptLog!(1n, operator.address, ...state));
  const entry = hexlify(getBytes(id("entry")).slice(0, 1)) + id("a").slice(2) + "5a".repeat(102);
  const submitDirectFirst = await spent(registry.submitDirect!(1n, entry));
  const submitDirect = await spent(registry.submitDirect!(1n, entry));
  return {
    "append, average of 300": Math.round(appends.reduce((sum, gas) => sum + gas) / appends.length),
    "append, maximum of 300": Math.max(...appends),
    openLog,
    offerLog,
    acceptLog,
    "submitDirect, first of a log": submitDirectFirst,
    submitDirect,
  };
}

/** verifyEntry as part of a transaction that does nothing else, in the first of 8 batches. */
async function gasOfProofs(): Promise<GasTable> {
  const table: GasTable = {};
  for (const depth of [10, 13]) {
    const { registry, log } = await deployLog(0);
    const leaves = Array.from({ length: 2 ** depth }, (_, i) => id(`leaf ${i}`));
    for (let seq = 0; seq < 8; seq++) {
      const root = seq === 0 ? rootOf(leaves) : id(`root ${seq}`);
      await appendTo(registry, 1n, log, {
        count: BigInt(leaves.length),
        root,
        cidDigest: id(`digest ${seq}`),
      });
    }
    const path = inclusionPath(leaves, 5);
    const gas = await registry.verifyEntry!.estimateGas(
      1n,
      log.state(),
      log.batches[0],
      0n,
      log.path(0),
      leaves[5],
      5n,
      path,
    );
    table[`verifyEntry, depth ${depth}`] = Number(gas);
  }
  return table;
}

async function gasOfBond(): Promise<GasTable> {
  const bonded = await deployBond();
  const { bond, registry, operator, other } = bonded;
  // Keys, time and leaves are fixed, so that the calldata has as many zero bytes in every run.
  await networkHelpers.time.increaseTo(4_000_000_000n);
  const deposit = await spent(bond.deposit!(2n, { value: parameters.penalty }));
  const leaves = Array.from({ length: 1024 }, (_, i) => id(`leaf ${i}`));
  const { answer } = await anchor(bonded, 5, leaves, id("digest"));
  const kept = await receiptFor(leaves[5]!);
  const dropped = { ...kept, leaf: id("dropped") };
  await passDeadline(kept);
  const demandGas = await spent(demand(bonded, other, kept, await sign(operator, registry, kept)));
  await demand(bonded, other, dropped, await sign(operator, registry, dropped));
  const idOf = async (receipt: typeof kept): Promise<string> =>
    (await bond.demandIdOf!(operator.address, receipt)) as string;
  const answerGas = await spent(sendAnswer(bond, await idOf(kept), answer()));
  await networkHelpers.time.increase(parameters.answerPeriod + 1n);
  // The address that burns exists on every chain that has been used for long.
  await networkHelpers.setBalance("0x000000000000000000000000000000000000dEaD", 1n);
  const claim = await spent(bond.claim!(await idOf(dropped)));
  const collect = await spent(as(bond, other).collect!(other.address));
  return { deposit, demand: demandGas, "answer, depth 10": answerGas, claim, collect };
}
