import type { Rpc } from "@tocsin/protocol/check/rpc.ts";
import { JsonRpcError } from "../net/jsonRpc.ts";
import type { BlockStore } from "../ports/blockStore.ts";
import type { Database, EntryRecord, NewEntry } from "../ports/database.ts";
import type { Metrics } from "./metrics.ts";

/** The same JSON-RPC, with its calls and failures counted. */
export function countRpc(rpc: Rpc, metrics: Pick<Metrics, "countRpcRequest" | "countRpcError">): Rpc {
  return async (method, params) => {
    metrics.countRpcRequest(method);
    try {
      return await rpc(method, params);
    } catch (error) {
      metrics.countRpcError(method, error instanceof JsonRpcError ? "refused" : "unreachable");
      throw error;
    }
  };
}

/** The same store, with its failures counted. */
export function countStore(store: BlockStore, metrics: Pick<Metrics, "countStoreFailure">): BlockStore {
  metrics.countStoreFailure(store.name, 0);
  const counted = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      metrics.countStoreFailure(store.name);
      throw error;
    }
  };
  return {
    name: store.name,
    put: (cidDigest, block) => counted(store.put(cidDigest, block)),
    get: (cidDigest) => counted(store.get(cidDigest)),
    delete: (cidDigest) => counted(store.delete(cidDigest)),
  };
}

/**
 * The step that makes uploads durable, with what it kept counted: here alone reports and dummies are told apart, after
 * both have been written. A repetition within the second of the first upload counts as accepted.
 */
export function countUploads(
  database: Pick<Database, "addEntries">,
  metrics: Pick<Metrics, "countUpload">,
): Pick<Database, "addEntries"> {
  return {
    async addEntries(entries, dummies) {
      const kept = await database.addEntries(entries, dummies);
      const repeated = kept.filter((record, index) =>
        isRepetition(record, entries[index] as NewEntry),
      ).length;
      metrics.countUpload("accepted", "", kept.length - repeated);
      metrics.countUpload("repeated", "", repeated);
      metrics.countUpload("dummy", "", dummies.length);
      return kept;
    },
  };
}

function isRepetition(kept: EntryRecord, given: NewEntry): boolean {
  return kept.seq !== undefined || kept.receivedAt !== given.receivedAt || kept.deadline !== given.deadline;
}
