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
import { JsonRpcError } from "../net/jsonRpc.ts";
import {
  BlockUnknownError,
  type NetworkFees,
  type Registry,
  type SignedTransaction,
  type SigningOptions,
} from "../ports/registry.ts";
import { readRefusal } from "./broadcastErrors.ts";
import { aboutBlock, callForQuantity, callRpc, fromNumber, nodeErrorOf, toQuantity } from "./rpcCalls.ts";

const abi = new Interface(registryAbi);

/** The registry contract over JSON-RPC; ethers encodes and signs. */
export class EthersRegistry implements Registry {
  readonly address: Uint8Array;
  readonly chainId: number;
  readonly logId: number;
  readonly operator: Uint8Array;
  readonly #rpc: Rpc;
  /** Says so where it does not know a block, as a node that lags. */
  readonly #strictRpc: Rpc;
  readonly #wallet: Wallet;

  private constructor(rpc: Rpc, wallet: Wallet, address: Uint8Array, chainId: number, logId: number) {
    this.#rpc = rpc;
    this.#strictRpc = async (method, params) => {
      const block = await rpc(method, params);
      if (block === null) throw new JsonRpcError("block not found");
      return block;
    };
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

  async block(tag: "latest" | "safe" | "finalized" | number): Promise<Block> {
    try {
      return await aboutBlock(() => getBlock(this.#strictRpc, tag));
    } catch (error) {
      const isTag = tag === "safe" || tag === "finalized";
      if (!isTag || !(error instanceof BlockUnknownError || isTagUnknown(error))) throw error;
      return this.block(tag === "safe" ? "finalized" : 0);
    }
  }

  head(blockNumber: number): Promise<Uint8Array> {
    return aboutBlock(() => getHead(this.#rpc, this.address, this.logId, blockNumber));
  }

  events(fromBlock: number, toBlock: number): Promise<LogEvent[]> {
    return aboutBlock(() => getLogEvents(this.#rpc, this.address, this.logId, fromBlock, toBlock));
  }

  async nonce(blockNumber: number): Promise<number> {
    return Number(await this.#quantityAt("eth_getTransactionCount", this.#wallet.address, blockNumber));
  }

  balance(blockNumber: number): Promise<bigint> {
    return this.#quantityAt("eth_getBalance", this.#wallet.address, blockNumber);
  }

  async fees(blockNumber: number): Promise<NetworkFees> {
    const params = ["0x1", fromNumber(blockNumber), []];
    const [history, maxPriorityFeePerGas] = await Promise.all([
      aboutBlock(() => callRpc(this.#rpc, "eth_feeHistory", params)),
      callForQuantity(this.#rpc, "eth_maxPriorityFeePerGas", []),
    ]);
    const { baseFeePerGas } = history as { baseFeePerGas?: unknown[] };
    return { baseFeePerGas: toQuantity(baseFeePerGas?.at(-1)), maxPriorityFeePerGas };
  }

  estimateAppend(state: LogState, batch: AnchoredBatch, blockNumber: number): Promise<bigint> {
    const call = { from: this.#wallet.address, to: to0x(this.address), data: this.#encode(state, batch) };
    return this.#quantityAt("eth_estimateGas", call, blockNumber);
  }

  async signAppend(
    state: LogState,
    batch: AnchoredBatch,
    options: SigningOptions,
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

  gasLimitOf(raw: string): bigint {
    return Transaction.from(raw).gasLimit;
  }

  async broadcast(raw: string): Promise<void> {
    try {
      await callRpc(this.#rpc, "eth_sendRawTransaction", [raw]);
    } catch (error) {
      const words = nodeErrorOf(error)?.message;
      if (words === undefined) throw error;
      const refusal = readRefusal(words);
      if (refusal) throw refusal;
    }
  }

  /** For an account or a call, at a block: on the pending one this account's own transactions might count already. */
  #quantityAt(method: string, what: unknown, blockNumber: number): Promise<bigint> {
    return aboutBlock(() => callForQuantity(this.#rpc, method, [what, fromNumber(blockNumber)]));
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

/** A node without "safe" or "finalized" calls them invalid, each in its own words. */
function isTagUnknown(error: unknown): boolean {
  const words = nodeErrorOf(error)?.message;
  return (
    words !== undefined && /safe|finali[sz]ed|tag|argument|param|invalid|unknown|unsupported/i.test(words)
  );
}
