import { getBytes, Interface, Transaction, Wallet, type TransactionLike } from "ethers";
import { fromHex, to0x } from "@tocsin/protocol/bytes/hex.ts";
import {
  getBlock,
  getChainId,
  getHead,
  getLogEvents,
  type Block,
  type Rpc,
} from "@tocsin/protocol/check/rpc.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { registryAbi } from "@tocsin/protocol/log/abi.ts";
import type { LogEvent } from "@tocsin/protocol/log/events.ts";
import type { AnchoredBatch, LogState } from "@tocsin/protocol/log/state.ts";
import type { Fees, Registry, SignedTransaction } from "../ports/registry.ts";
import { callForQuantity, callRpc, toQuantity } from "./rpcCalls.ts";

const abi = new Interface(registryAbi);

/** The registry contract over JSON-RPC; ethers encodes and signs. */
export class EthersRegistry implements Registry {
  readonly address: Uint8Array;
  readonly chainId: number;
  readonly logId: number;
  readonly operator: Uint8Array;
  readonly #rpc: Rpc;
  readonly #wallet: Wallet;

  private constructor(rpc: Rpc, wallet: Wallet, address: Uint8Array, chainId: number, logId: number) {
    this.#rpc = rpc;
    this.#wallet = wallet;
    this.address = address;
    this.chainId = chainId;
    this.logId = logId;
    this.operator = getBytes(wallet.address);
  }

  /**
   * Asks the RPC which chain it serves.
   * @throws CHAIN_ID_MISMATCH when that is not the configured one, RPC_UNAVAILABLE
   */
  static async connect(
    rpc: Rpc,
    source: { registry: string; logId: number; chainId?: number | undefined },
    privateKey: string,
  ): Promise<EthersRegistry> {
    const chainId = await getChainId(rpc);
    if (source.chainId !== undefined && chainId !== source.chainId) {
      throw new TocsinError("CHAIN_ID_MISMATCH", `the RPC serves chain ${chainId}, not ${source.chainId}`);
    }
    const address = fromHex(source.registry, "registry", 20);
    return new EthersRegistry(rpc, new Wallet(privateKey), address, chainId, source.logId);
  }

  block(tag: "latest" | "finalized" | number): Promise<Block> {
    return getBlock(this.#rpc, tag);
  }

  head(blockNumber: number): Promise<Uint8Array> {
    return getHead(this.#rpc, this.address, this.logId, blockNumber);
  }

  events(fromBlock: number, toBlock: number): Promise<LogEvent[]> {
    return getLogEvents(this.#rpc, this.address, this.logId, fromBlock, toBlock);
  }

  async nonce(): Promise<number> {
    return Number(
      await callForQuantity(this.#rpc, "eth_getTransactionCount", [this.#wallet.address, "latest"]),
    );
  }

  balance(): Promise<bigint> {
    return callForQuantity(this.#rpc, "eth_getBalance", [this.#wallet.address, "latest"]);
  }

  async fees(): Promise<Fees> {
    const history = (await callRpc(this.#rpc, "eth_feeHistory", ["0x1", "latest", []])) as {
      baseFeePerGas?: unknown[];
    };
    const baseFee = toQuantity(history.baseFeePerGas?.at(-1));
    const maxPriorityFeePerGas = await callForQuantity(this.#rpc, "eth_maxPriorityFeePerGas", []);
    return { maxFeePerGas: 2n * baseFee + maxPriorityFeePerGas, maxPriorityFeePerGas };
  }

  estimateAppend(state: LogState, batch: AnchoredBatch): Promise<bigint> {
    const call = { from: this.#wallet.address, to: to0x(this.address), data: this.#encode(state, batch) };
    // The pending block may hold this very append already, on top of which it would be stale.
    return callForQuantity(this.#rpc, "eth_estimateGas", [call, "latest"]);
  }

  async signAppend(
    state: LogState,
    batch: AnchoredBatch,
    options: Fees & { nonce: number; gasLimit: bigint },
  ): Promise<SignedTransaction> {
    const request: TransactionLike = {
      type: 2,
      chainId: this.chainId,
      to: to0x(this.address),
      data: this.#encode(state, batch),
      ...options,
    };
    const raw = await this.#wallet.signTransaction(request);
    return { raw, hash: Transaction.from(raw).hash as string };
  }

  async broadcast(raw: string): Promise<void> {
    try {
      await callRpc(this.#rpc, "eth_sendRawTransaction", [raw]);
    } catch (error) {
      if (!/already known|already imported|known transaction/i.test((error as Error).message)) throw error;
    }
  }

  signDigest(digest: Uint8Array): Uint8Array {
    return getBytes(this.#wallet.signingKey.sign(digest).serialized);
  }

  #encode(state: LogState, batch: AnchoredBatch): string {
    const peaks = state.peaks.map(to0x);
    const { root, cidDigest, count } = batch;
    return abi.encodeFunctionData("append", [
      this.logId,
      state.size,
      state.total,
      peaks,
      to0x(root),
      to0x(cidDigest),
      count,
    ]);
  }
}
