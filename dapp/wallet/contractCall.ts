import type { Abi, Address, ContractFunctionArgs, ContractFunctionName } from "viem";

/** A transaction that a person is asked to send: one call of a contract's function. */
export interface ContractCall {
  address: Address;
  abi: Abi;
  functionName: string;
  args: readonly unknown[];
  /** What is sent along, in wei. */
  value: bigint;
}

/** Makes a call whose arguments fit the function. @param value in wei */
export function contractCall<
  const A extends Abi,
  N extends ContractFunctionName<A, "nonpayable" | "payable">,
>(
  address: Address,
  abi: A,
  functionName: N,
  args: ContractFunctionArgs<A, "nonpayable" | "payable", N>,
  value = 0n,
): ContractCall {
  return { address, abi, functionName, args: args as readonly unknown[], value };
}
