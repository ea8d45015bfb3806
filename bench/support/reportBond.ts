import type { Contract } from "ethers";
import { parseEther } from "ethers";
import { ethers, gasOf, networkHelpers, payer, transact } from "./chain.ts";
import type { RegistryLog } from "./registryLog.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;
const PARAMETERS = {
  penalty: parseEther("0.1"),
  counterBond: parseEther("0.005"),
  longestReceipt: 2 * DAY,
  demandWindow: 7 * DAY,
  answerPeriod: 3 * DAY,
};
const RECEIPT = {
  Receipt: [
    { name: "logId", type: "uint256" },
    { name: "leaf", type: "bytes32" },
    { name: "deadline", type: "uint64" },
  ],
};

/**
 * Gas of demanding an entry that a log's first batch holds, and of answering. The relayer signs with a plain account.
 * @param leaves those of the log's first batch
 */
export async function demandAndAnswer(
  log: RegistryLog,
  leaves: readonly Uint8Array[],
): Promise<Record<"demand" | "answer", number>> {
  const relayer = await payer();
  const registry = await log.registry.getAddress();
  const bond: Contract = await ethers.deployContract("ReportBond", [registry, PARAMETERS], relayer);
  await transact(bond, "deposit", [log.logId], parseEther("1"));
  const proof = log.proof(0, leaves, Math.floor(leaves.length / 3));

  const deadline = (await networkHelpers.time.latest()) + HOUR;
  const receipt = { logId: log.logId, leaf: proof.leaf, deadline };
  const { chainId } = await ethers.provider.getNetwork();
  const domain = { name: "Tocsin", version: "1", chainId, verifyingContract: registry };
  const signature = await relayer.signTypedData(domain, RECEIPT, receipt);
  await networkHelpers.time.increaseTo(deadline + 1);

  const demand = [relayer.address, receipt, signature];
  const demanded = await transact(bond, "demand", demand, PARAMETERS.counterBond);
  const demandId = demanded.logs[0]!.topics[1]!;
  const { batch, seq, path, index, entryPath } = proof;
  const answered = await transact(bond, "answer", [
    demandId,
    log.state(),
    batch,
    seq,
    path,
    index,
    entryPath,
  ]);
  return { demand: gasOf(demanded), answer: gasOf(answered) };
}
