import { digestFile } from "@tocsin/protocol/batch/digest.ts";
import type { Batch } from "@tocsin/protocol/batch/file.ts";
import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { verifyBatchFile } from "@tocsin/protocol/check/verifyBatch.ts";
import { filterEntry } from "@tocsin/protocol/entry/entry.ts";
import { isFilterEntry } from "@tocsin/protocol/filter/batchFilter.ts";
import type { AnchoredBatch } from "@tocsin/protocol/log/state.ts";
import type { BlockStore } from "../ports/blockStore.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { FilterMaker } from "../ports/filterMaker.ts";
import type { Registry } from "../ports/registry.ts";

/** What fsck compares, and where it may find bytes that are lost here. */
export interface FsckParts {
  database: Database;
  registry: Registry;
  stores: readonly BlockStore[];
  filters: FilterMaker;
  clock: Clock;
  /** Days after which a batch's bytes may be gone. */
  retentionDays: number;
  /** Asks the outside, such as gateways, for a block. Its bytes are verified. */
  fetchBlock(cidDigest: Uint8Array): Promise<Uint8Array | undefined>;
  /** Told how far a long check has come. */
  progress(phase: string, done: number, total: number): void;
}

/** What the database keeps of a batch that was read back. */
export interface Recovered extends Batch {
  filterDigest?: Uint8Array;
}

/**
 * The entries of a batch, verified, from the first store or gateway that has its bytes; the one that names the batch's
 * filter apart from them.
 */
export async function recoverEntries(
  parts: Pick<FsckParts, "stores" | "filters" | "fetchBlock">,
  batch: AnchoredBatch,
): Promise<Recovered | undefined> {
  const sources = [...parts.stores.map((store) => store.get.bind(store)), parts.fetchBlock];
  for (const get of sources) {
    const whole = await recoverFrom(get, batch);
    if (whole) return splitFilter(parts.filters, whole);
  }
  return undefined;
}

async function recoverFrom(get: BlockStore["get"], batch: AnchoredBatch): Promise<Batch | undefined> {
  try {
    const file = await get(batch.cidDigest);
    return file && verifyBatchFile(file, batch);
  } catch {
    // A source that fails or serves other bytes is none: the next one is asked.
    return undefined;
  }
}

/**
 * Another relayer may have sealed the batch. A filter that its reports do not give could not be made again: then what
 * names it stays an entry like any other. @throws FilterError
 */
async function splitFilter(filters: FilterMaker, { entries, leaves }: Batch): Promise<Recovered> {
  const [place, ...more] = entries.flatMap((entry, i) => (isFilterEntry(entry) ? [i] : []));
  if (place === undefined || more.length > 0) return { entries, leaves };
  const file = await filters.make({ entries, leaves });
  const filterDigest = file && (await digestFile(file));
  if (!filterDigest || !equalBytes(filterEntry(filterDigest), entries[place]!)) return { entries, leaves };
  return { entries: entries.toSpliced(place, 1), leaves: leaves.toSpliced(place, 1), filterDigest };
}
