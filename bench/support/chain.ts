import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { Contract, ContractFactory, type TransactionReceipt } from "ethers";
import { network } from "hardhat";
import type { Compiled } from "./compile.ts";

/** One simulated chain for everything that is compared, so that one EVM with one set of rules runs it all. */
export const { ethers, networkHelpers } = await network.create();

/** The first account of the chain. It pays for everything. */
export async function payer(): Promise<HardhatEthersSigner> {
  const [account] = await ethers.getSigners();
  if (!account) throw new Error("the simulated chain has no accounts");
  return account;
}

export async function deploy({ abi, bytecode }: Compiled, ...args: unknown[]): Promise<Contract> {
  const contract = await new ContractFactory(abi, bytecode, await payer()).deploy(...args);
  return new Contract(await contract.waitForDeployment(), abi, await payer());
}

/** Sends a transaction to a contract and waits for it. */
export async function transact(
  contract: Contract,
  method: string,
  args: readonly unknown[],
  value = 0n,
): Promise<TransactionReceipt> {
  const sent = await contract.getFunction(method).send(...args, { value });
  return mined(await sent.wait());
}

/** Gas of a transaction that calls a view of a contract: intrinsic gas, calldata and execution. */
export async function gasOfView(
  contract: Contract,
  method: string,
  args: readonly unknown[],
): Promise<number> {
  const request = await contract.getFunction(method).populateTransaction(...args);
  return gasOf(mined(await (await (await payer()).sendTransaction(request)).wait()));
}

export const gasOf = (receipt: TransactionReceipt): number => Number(receipt.gasUsed);

function mined(receipt: TransactionReceipt | null): TransactionReceipt {
  if (receipt?.status !== 1) throw new Error("the transaction was not mined");
  return receipt;
}
