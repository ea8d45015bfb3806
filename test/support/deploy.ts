import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  Contract,
  ContractFactory,
  JsonRpcProvider,
  NonceManager,
  Wallet,
  type ContractTransactionReceipt,
  type ContractTransactionResponse,
  type InterfaceAbi,
} from "ethers";
import { buildBatch, type BuiltBatch } from "@tocsin/protocol/batch/build.ts";
import { fromHex } from "@tocsin/protocol/bytes/hex.ts";
import { registryAbi } from "@tocsin/protocol/log/abi.ts";
import { appendBatch, EMPTY_LOG, type LogState } from "@tocsin/protocol/log/state.ts";
import type { Account, Anvil } from "./anvil.ts";

/** A batch in the chain. */
export interface AppendedBatch extends BuiltBatch {
  seq: number;
  firstIndex: number;
  transactionHash: string;
  blockNumber: number;
}

/** A log that a test appends to by itself, without a relayer. */
export interface TestLog {
  /** The registry's address. */
  registry: string;
  logId: number;
  operator: Account;
  state: LogState;
  batches: AppendedBatch[];
  /** Builds a batch of entries and appends it. */
  append(entries: readonly Uint8Array[]): Promise<AppendedBatch>;
}

/** Deploys ReportRegistry and resolves with its address. */
export async function deployRegistry(anvil: Anvil, account: Account = firstOf(anvil)): Promise<string> {
  const file = join(import.meta.dirname, "../../artifacts/contracts/ReportRegistry.sol/ReportRegistry.json");
  const { abi, bytecode } = JSON.parse(readFileSync(file, "utf8")) as { abi: InterfaceAbi; bytecode: string };
  return withSigner(anvil, account, async (signer) => {
    const contract = await new ContractFactory(abi, bytecode, signer).deploy();
    await contract.waitForDeployment();
    return contract.getAddress();
  });
}

/** Opens a log for an account that pays for itself; without `registry` in one that is deployed for it. */
export async function openTestLog(
  anvil: Anvil,
  options: { registry?: string; operator?: Account; uri?: string } = {},
): Promise<TestLog> {
  const operator = options.operator ?? firstOf(anvil);
  const registry = options.registry ?? (await deployRegistry(anvil, operator));
  const opened = await send(anvil, operator, registry, "openLog", [operator.address, options.uri ?? ""]);
  const log: TestLog = {
    registry,
    logId: Number(opened.logs[0]?.topics[1]),
    operator,
    state: EMPTY_LOG,
    batches: [],
    async append(entries) {
      const batch = buildBatch(entries);
      const { size, total, peaks } = log.state;
      const anchored = { root: batch.tree.root, cidDigest: batch.cidDigest, count: batch.entries.length };
      const args = [log.logId, size, total, peaks, anchored.root, anchored.cidDigest, anchored.count];
      const receipt = await send(anvil, operator, registry, "append", args);
      const appended: AppendedBatch = {
        ...batch,
        seq: size,
        firstIndex: total,
        transactionHash: receipt.hash,
        blockNumber: receipt.blockNumber,
      };
      log.state = appendBatch(log.state, anchored);
      log.batches.push(appended);
      return appended;
    },
  };
  return log;
}

/** The 20 bytes of an address. */
export function addressBytes(address: string): Uint8Array {
  return fromHex(address, "address", 20);
}

async function send(
  anvil: Anvil,
  account: Account,
  registry: string,
  method: "openLog" | "append",
  args: readonly unknown[],
): Promise<ContractTransactionReceipt> {
  return withSigner(anvil, account, async (signer) => {
    const contract = new Contract(registry, registryAbi, signer);
    const sent = (await contract.getFunction(method)(...args)) as ContractTransactionResponse;
    const receipt = await sent.wait();
    if (!receipt) throw new Error(`${method} was not mined`);
    return receipt;
  });
}

async function withSigner<T>(
  anvil: Anvil,
  account: Account,
  act: (signer: NonceManager) => Promise<T>,
): Promise<T> {
  const options = { staticNetwork: true, cacheTimeout: -1, pollingInterval: 50 };
  const provider = new JsonRpcProvider(anvil.url, anvil.chainId, options);
  try {
    return await act(new NonceManager(new Wallet(account.privateKey, provider)));
  } finally {
    provider.destroy();
  }
}

function firstOf(anvil: Anvil): Account {
  const [account] = anvil.accounts;
  if (!account) throw new Error("the chain has no accounts");
  return account;
}
