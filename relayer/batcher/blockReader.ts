import { digestFile } from "@tocsin/protocol/batch/digest.ts";
import { sortEntries } from "@tocsin/protocol/batch/file.ts";
import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { BlockStore } from "../ports/blockStore.ts";
import type { Database } from "../ports/database.ts";
import type { FilterMaker } from "../ports/filterMaker.ts";
import { rebuildFile, rebuildFilter } from "./rebuild.ts";

/**
 * Batch files and filter files from the relayer's own store or, where that has none or a damaged one, built again from
 * the database: a process whose folder is not the leader's serves every batch too.
 */
export class BlockReader {
  readonly #database: Pick<Database, "findBatch" | "entryBytesOf">;
  readonly #store: Pick<BlockStore, "get">;
  readonly #filters: FilterMaker;
  readonly #rebuilding = new Map<string, Promise<Uint8Array | undefined>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    database: Pick<Database, "findBatch" | "entryBytesOf">,
    store: Pick<BlockStore, "get">,
    filters: FilterMaker,
  ) {
    this.#database = database;
    this.#store = store;
    this.#filters = filters;
  }

  /**
   * @returns what is stored, damaged or not, where nothing can be built
   * @throws BlockStoreError, DatabaseError, FilterError
   */
  async get(cidDigest: Uint8Array): Promise<Uint8Array | undefined> {
    const stored = await this.#store.get(cidDigest);
    if (stored && equalBytes(await digestFile(stored), cidDigest)) return stored;
    return (await this.#rebuildInTurn(cidDigest)) ?? stored;
  }

  /** One block is built at a time, and once for all who wait for it: requests must not pile up megabytes. */
  #rebuildInTurn(cidDigest: Uint8Array): Promise<Uint8Array | undefined> {
    const key = toHex(cidDigest);
    const known = this.#rebuilding.get(key);
    if (known) return known;
    const rebuilt = this.#last
      .then(() => this.#rebuild(cidDigest))
      .finally(() => this.#rebuilding.delete(key));
    this.#rebuilding.set(key, rebuilt);
    this.#last = rebuilt.catch(() => undefined);
    return rebuilt;
  }

  async #rebuild(cidDigest: Uint8Array): Promise<Uint8Array | undefined> {
    const batch = await this.#database.findBatch(cidDigest);
    if (!batch || batch.isDeleted || batch.state === "sealed") return undefined;
    const entries = await this.#database.entryBytesOf(batch.seq);
    if (!entries) return undefined;
    const kept = sortEntries(entries);
    return equalBytes(cidDigest, batch.cidDigest)
      ? rebuildFile(kept, batch)
      : rebuildFilter(this.#filters, kept, batch);
  }
}
