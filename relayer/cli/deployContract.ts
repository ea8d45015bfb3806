import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { InterfaceAbi } from "ethers";
import { CliError } from "./errors.ts";
import { readPrivateKey } from "./privateKey.ts";

const ARTIFACTS = join(import.meta.dirname, "../../artifacts/contracts");

/** A contract that was just made. */
export interface Deployed {
  /** Lower-case, with 0x. */
  address: string;
  chainId: number;
  transactionHash: string;
  blockNumber: number;
}

/**
 * Deploys one of the built contracts and waits until that is mined.
 * @param name of the contract
 * @param args of its constructor
 * @throws ARTIFACTS_MISSING, or as readPrivateKey and transact
 */
export async function deployContract(
  { rpc, keyFile }: { rpc: string; keyFile?: string },
  name: "ReportRegistry" | "ReportBond",
  args: readonly unknown[],
): Promise<Deployed> {
  const privateKey = await readPrivateKey(keyFile);
  const { abi, bytecode } = await readArtifact(name);
  const [{ ContractFactory }, { transact }] = await Promise.all([
    import("ethers"),
    import("./transactions.ts"),
  ]);
  const { chainId, receipt } = await transact(rpc, privateKey, async (account) => {
    const transaction = await new ContractFactory(abi, bytecode, account).getDeployTransaction(...args);
    return account.sendTransaction(transaction);
  });
  if (receipt.contractAddress === null) {
    throw new CliError("TRANSACTION_FAILED", "the transaction was mined, but made no contract");
  }
  const { hash: transactionHash, blockNumber } = receipt;
  return { address: receipt.contractAddress.toLowerCase(), chainId, transactionHash, blockNumber };
}

async function readArtifact(name: string): Promise<{ abi: InterfaceAbi; bytecode: string }> {
  try {
    const text = await readFile(join(ARTIFACTS, `${name}.sol`, `${name}.json`), "utf8");
    return JSON.parse(text) as { abi: InterfaceAbi; bytecode: string };
  } catch {
    throw new CliError("ARTIFACTS_MISSING", "the contracts are not built: run `npm run build` first");
  }
}
