import { fromHex } from "@tocsin/protocol/bytes/hex.ts";
import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { proofToJson } from "@tocsin/protocol/log/proofFile.ts";
import { buildBatchTree, type BatchTree } from "@tocsin/protocol/tree/build.ts";
import { leavesWithFilter } from "../batcher/rebuild.ts";
import type { BatchRecord, Database, EntryRecord, State } from "../ports/database.ts";
import type { Registry } from "../ports/registry.ts";
import type { LogHistory } from "./history.ts";

const KEPT_TREES = 4;

/** A batch's leaves in their order, and the tree over them. It needs no entry: leaves outlive the entries' bytes. */
interface Leaves {
  leaves: Uint8Array[];
  tree: BatchTree;
}

/** Finds an entry's batch and makes its proof file, once the batch is anchored. */
export class Proofs {
  readonly #database: Database;
  readonly #registry: Registry;
  readonly #history: LogHistory;
  readonly #built = new Map<number, Leaves>();

  constructor(database: Database, registry: Registry, history: LogHistory) {
    this.#database = database;
    this.#registry = registry;
    this.#history = history;
  }

  async stateOf(entry: EntryRecord): Promise<State> {
    return (await this.#batchOf(entry))?.state ?? "received";
  }

  /** The entry's batch, and its proof file as JSON from `anchored` on, as long as its bytes are kept. */
  async find(entry: EntryRecord): Promise<{ batch?: BatchRecord; proof?: unknown }> {
    const batch = await this.#batchOf(entry);
    if (!batch) return {};
    // A proof holds the entry itself: once the retention period deleted it, whoever has the report proves it alone.
    if (!batch.anchor || !entry.entry) return { batch };
    const { index, path } = await this.pathOf(batch, entry.leaf);
    // The state right after the batch is one that the log went through, and its block is the batch's own.
    const size = batch.seq + 1;
    const { seq, firstIndex, count, root, cidDigest, anchor } = batch;
    const proof = proofToJson({
      chainId: this.#registry.chainId,
      registry: this.#registry.address,
      logId: this.#registry.logId,
      block: { number: anchor.blockNumber, hash: fromHex(anchor.blockHash, "block hash", 32) },
      operator: this.#registry.operator,
      state: this.#history.stateAt(size),
      batch: { seq, firstIndex, count, root, cidDigest },
      batchPath: this.#history.prove(seq, size),
      entry: entry.entry,
      leaf: entry.leaf,
      index,
      path,
    });
    return { batch, proof };
  }

  /** Where an entry stands in its batch, and its inclusion path. */
  async pathOf(batch: BatchRecord, leaf: Uint8Array): Promise<{ index: number; path: Uint8Array[] }> {
    const { leaves, tree } = await this.#build(batch);
    const index = leaves.findIndex((other) => equalBytes(other, leaf));
    return { index, path: tree.path(index) };
  }

  async #batchOf(entry: EntryRecord): Promise<BatchRecord | undefined> {
    return entry.seq === undefined ? undefined : (await this.#database.batches(entry.seq, 1))[0];
  }

  /** Builds a batch's tree, or takes it from the last few: a batch that was just anchored is asked for often. */
  async #build({ seq, filterDigest }: BatchRecord): Promise<Leaves> {
    const known = this.#built.get(seq);
    if (known) return known;
    const kept = (await this.#database.entriesOf(seq)).map(({ leaf }) => leaf);
    const leaves = leavesWithFilter(kept, filterDigest);
    const built = { leaves, tree: buildBatchTree(leaves) };
    this.#built.set(seq, built);
    const [oldest] = this.#built.keys();
    if (this.#built.size > KEPT_TREES && oldest !== undefined) this.#built.delete(oldest);
    return built;
  }
}
