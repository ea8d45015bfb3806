import { getBytes, Interface, Transaction, Wallet } from "ethers";
import { fromHex, to0x } from "@tocsin/protocol/bytes/hex.ts";
import { bondAbi } from "@tocsin/protocol/bond/abi.ts";
import { getDemandEvents, getDemands } from "@tocsin/protocol/bond/demands.ts";
import type { Demanded } from "@tocsin/protocol/bond/events.ts";
import { readBondTerms, type BondTerms } from "@tocsin/protocol/bond/readBond.ts";
import type { Rpc } from "@tocsin/protocol/check/rpc.ts";
import type { Answer, Bond } from "../ports/bond.ts";
import type { SignedTransaction, SigningOptions } from "../ports/registry.ts";
import { aboutBlock, callForQuantity, fromNumber } from "./rpcCalls.ts";

const abi = new Interface(bondAbi);

/** The bond contract over JSON-RPC; ethers encodes and signs. */
export class EthersBond implements Bond {
  readonly address: Uint8Array;
  /** The registry that the bond is for, 20 bytes. */
  readonly registry: Uint8Array;
  readonly longestReceipt: number;
  readonly #rpc: Rpc;
  readonly #wallet: Wallet;
  readonly #chainId: number;
  readonly #logId: number;

  private constructor(rpc: Rpc, wallet: Wallet, address: Uint8Array, terms: BondTerms, log: LogOfChain) {
    this.#rpc = rpc;
    this.#wallet = wallet;
    this.address = address;
    this.registry = terms.registry;
    this.longestReceipt = terms.longestReceipt;
    this.#chainId = log.chainId;
    this.#logId = log.logId;
  }

  /** Reads the contract's terms. @throws BOND_UNKNOWN, RPC_UNAVAILABLE, RPC_INVALID */
  static async connect(rpc: Rpc, bond: string, log: LogOfChain, privateKey: string): Promise<EthersBond> {
    const address = fromHex(bond, "bond", 20);
    const terms = await readBondTerms(rpc, address);
    return new EthersBond(rpc, new Wallet(privateKey), address, terms, log);
  }

  demands(fromBlock: number, toBlock: number): Promise<Demanded[]> {
    const of = { logId: this.#logId, relayer: getBytes(this.#wallet.address) };
    return aboutBlock(() => getDemands(this.#rpc, this.address, of, fromBlock, toBlock));
  }

  async settled(demandIds: readonly string[], fromBlock: number, toBlock: number): Promise<Set<string>> {
    const events = await aboutBlock(() =>
      getDemandEvents(this.#rpc, this.address, demandIds, fromBlock, toBlock),
    );
    return new Set(events.filter(({ name }) => name !== "Demanded").map(({ demandId }) => demandId));
  }

  estimateAnswer(answer: Answer, blockNumber: number): Promise<bigint> {
    const call = { from: this.#wallet.address, to: to0x(this.address), data: encodeAnswer(answer) };
    return aboutBlock(() => callForQuantity(this.#rpc, "eth_estimateGas", [call, fromNumber(blockNumber)]));
  }

  async signAnswer(answer: Answer, options: SigningOptions): Promise<SignedTransaction> {
    const call = { type: 2, chainId: this.#chainId, to: to0x(this.address), data: encodeAnswer(answer) };
    const raw = await this.#wallet.signTransaction({ ...call, ...options });
    return { raw, hash: Transaction.from(raw).hash as string };
  }
}

interface LogOfChain {
  chainId: number;
  logId: number;
}

function encodeAnswer({ demandId, operator, state, batch, batchPath, index, path }: Answer): string {
  return abi.encodeFunctionData("answer", [
    demandId,
    { ...state, operator: to0x(operator) },
    batch,
    batch.seq,
    batchPath,
    index,
    path,
  ]);
}
