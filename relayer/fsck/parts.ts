import { verifyBatchFile } from "@tocsin/protocol/check/verifyBatch.ts";
import type { AnchoredBatch } from "@tocsin/protocol/log/state.ts";
import type { BlockStore } from "../ports/blockStore.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { Registry } from "../ports/registry.ts";

/** What fsck compares, and where it may find bytes that are lost here. */
export interface FsckParts {
  database: Database;
  registry: Registry;
  stores: readonly BlockStore[];
  clock: Clock;
  /** Days after which a batch's bytes may be gone. */
  retentionDays: number;
  /** Asks the outside, such as gateways, for a block. Its bytes are verified. */
  fetchBlock(cidDigest: Uint8Array): Promise<Uint8Array | undefined>;
  /** Told how far a long check has come. */
  progress(phase: string, done: number, total: number): void;
}

/** The entries of a batch, verified, from the first store or gateway that has its bytes. */
export async function recoverEntries(
  parts: Pick<FsckParts, "stores" | "fetchBlock">,
  batch: AnchoredBatch,
): Promise<{ entries: Uint8Array[]; leaves: Uint8Array[] } | undefined> {
  const sources = [...parts.stores.map((store) => store.get.bind(store)), parts.fetchBlock];
  for (const get of sources) {
    try {
      const file = await get(batch.cidDigest);
      if (!file) continue;
      const { entries, leaves } = verifyBatchFile(file, batch);
      return { entries: [...entries], leaves: [...leaves] };
    } catch {
      // A source that fails or serves other bytes is none: the next one is asked.
    }
  }
  return undefined;
}
