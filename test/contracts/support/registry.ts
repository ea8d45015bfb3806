import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { Contract, hexlify, randomBytes } from "ethers";
import type { ContractTransactionResponse, Result, Signer } from "ethers";
import { network } from "hardhat";
import { LogModel, type Batch, type LogState } from "./model.ts";

/** A batch before it has a place in a log. */
export type NewBatch = Omit<Batch, "firstIndex">;

/** One simulated chain for each test file. The tests of a file share it; every test deploys a registry of its own. */
export const { ethers, ignition, networkHelpers } = await network.create();

/** A registry, connected to the operator's account, and three accounts that have nothing to do with it. */
export interface Deployed {
  registry: Contract;
  operator: HardhatEthersSigner;
  other: HardhatEthersSigner;
  third: HardhatEthersSigner;
  stranger: HardhatEthersSigner;
}

/** A registry with nothing in it. */
export async function deployRegistry(): Promise<Deployed> {
  const [operator, other, third, stranger] = await ethers.getSigners();
  if (!operator || !other || !third || !stranger) throw new Error("the simulated chain has too few accounts");
  const registry: Contract = await ethers.deployContract("ReportRegistry", [], operator);
  return { registry, operator, other, third, stranger };
}

/** A registry whose log 1 holds `size` random batches, and the model of that log. */
export async function deployLog(size: number): Promise<Deployed & { log: LogModel }> {
  const deployed = await deployRegistry();
  await deployed.registry.openLog!(deployed.operator.address, "");
  const log = new LogModel(deployed.operator.address);
  for (let seq = 0; seq < size; seq++) await appendTo(deployed.registry, 1n, log, randomBatch());
  return { ...deployed, log };
}

/** Appends a batch both to the log on the chain and to its model. */
export async function appendTo(
  registry: Contract,
  logId: bigint,
  log: LogModel,
  batch: NewBatch,
): Promise<ContractTransactionResponse> {
  const response = await append(registry, logId, log.state(), batch);
  log.push(batch);
  return response;
}

/** Sends an append that shows `state`, from the account that the contract object is connected to. */
export function append(
  registry: Contract,
  logId: bigint,
  state: LogState,
  batch: NewBatch,
): Promise<ContractTransactionResponse> {
  return registry.append!(logId, ...shown(state), batch.root, batch.cidDigest, batch.count);
}

/** The same registry, connected to another account. */
export function as(registry: Contract, signer: Signer): Contract {
  return new Contract(registry.target, registry.interface, signer);
}

/** A state as the flat arguments of the functions that the operator calls. */
export function shown({ size, total, peaks }: LogState): [bigint, bigint, string[]] {
  return [size, total, peaks];
}

/** A batch of 1 to 256 entries with a root and a digest of nothing. */
export function randomBatch(): NewBatch {
  return { count: BigInt(randomBytes(1)[0]!) + 1n, root: randomHash(), cidDigest: randomHash() };
}

export function randomHash(): string {
  return hexlify(randomBytes(32));
}

/** What a call reverts with, as `Name(arguments)`. Fails when it does not revert with an error of the ABI. */
export async function revertOf(registry: Contract, call: Promise<unknown>): Promise<string> {
  const thrown: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  const { data } = (thrown ?? {}) as { data?: unknown };
  const parsed = typeof data === "string" ? registry.interface.parseError(data) : null;
  if (!parsed) throw new Error("the call did not revert with an error of the registry", { cause: thrown });
  return `${parsed.name}(${parsed.args.join(", ")})`;
}

/** The events of a transaction of the registry, decoded. */
export async function eventsOf(
  registry: Contract,
  sent: Promise<unknown>,
): Promise<[name: string, args: Result][]> {
  const receipt = await ((await sent) as ContractTransactionResponse).wait();
  return (receipt?.logs ?? []).map((log) => {
    const event = registry.interface.parseLog(log);
    if (!event) throw new Error("an event that the ABI does not have");
    return [event.name, event.args];
  });
}
