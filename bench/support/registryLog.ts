import type { Contract, TransactionReceipt } from "ethers";
import { fromHex, to0x } from "@tocsin/protocol/bytes/hex.ts";
import { proveBatch } from "@tocsin/protocol/log/proof.ts";
import { appendBatch, batchLeaf, EMPTY_LOG, type AnchoredBatch } from "@tocsin/protocol/log/state.ts";
import { inclusionPath, rootOf } from "@tocsin/protocol/tree/proof.ts";
import { ethers, payer, transact } from "./chain.ts";
import { pseudoHash } from "./figures.ts";

/** Entries of the batches whose entries nobody proves. */
const COUNT = 1_000;

const hash = (name: string): Uint8Array => fromHex(pseudoHash(name), "hash", 32);

/** A log in a registry of its own, with what it takes to prove that it holds an entry. */
export class RegistryLog {
  readonly logId = 1;
  readonly registry: Contract;
  readonly operator: string;
  #state = EMPTY_LOG;
  readonly #batches: AnchoredBatch[] = [];

  private constructor(registry: Contract, operator: string) {
    this.registry = registry;
    this.operator = operator;
  }

  static async open(): Promise<RegistryLog> {
    const operator = await payer();
    const registry: Contract = await ethers.deployContract("ReportRegistry", [], operator);
    await transact(registry, "openLog", [operator.address, ""]);
    return new RegistryLog(registry, operator.address);
  }

  /** Appends a batch of these leaves; of 1,000 entries that are nowhere, when there are none. */
  async append(leaves: readonly Uint8Array[] = []): Promise<TransactionReceipt> {
    const { size: seq, total, peaks } = this.#state;
    const count = leaves.length || COUNT;
    const root = leaves.length > 0 ? rootOf(leaves) : hash(`root ${seq}`);
    const batch = { seq, firstIndex: total, count, root, cidDigest: hash(`cid ${seq}`) };
    const args = [this.logId, seq, total, peaks, root, batch.cidDigest, count];
    const receipt = await transact(this.registry, "append", args);
    this.#state = appendBatch(this.#state, batch);
    this.#batches.push(batch);
    return receipt;
  }

  /** The state behind the log's head, as the contracts take it. */
  state(): object {
    return { operator: this.operator, ...this.#state };
  }

  /** Batch, seq, path, leaf, index and entry path, as the contracts take them. */
  proof(seq: number, leaves: readonly Uint8Array[], index: number): EntryProof {
    const batch = this.#batches[seq]!;
    return {
      batch,
      seq,
      path: proveBatch(this.#batches.map(batchLeaf), seq).map(to0x),
      leaf: to0x(leaves[index]!),
      index,
      entryPath: inclusionPath(leaves, index).map(to0x),
    };
  }
}

/** Proof of an entry in a log. Hashes are 0x-prefixed hex. */
export interface EntryProof {
  batch: AnchoredBatch;
  seq: number;
  path: string[];
  leaf: string;
  index: number;
  entryPath: string[];
}

/** As many leaves of nothing. */
export function pseudoLeaves(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => hash(`leaf ${count} ${i}`));
}
