import { chooseDownloads } from "../filter/chooseDownloads.ts";
import type { FoldedBatch } from "../log/fold.ts";
import type { Fetch } from "./fetchBytes.ts";
import { fetchFilter } from "./fetchFilter.ts";
import { inOrder } from "./inOrder.ts";
import type { ShowProgress } from "./progress.ts";

/** Filters that are under way at once. */
const DOWNLOADS = 8;

/** Of whom a light client learns which batches it need not read, and for which contacts. */
export interface BatchChoice {
  fetch: Fetch;
  /** Base URLs of relayers that may serve filters. */
  relayers: readonly string[];
  /** Batches, by seq, that were chosen before: always read whole. */
  chosen: ReadonlySet<number>;
  /** TCNs of all contacts that are looked for, four words each. */
  contacts: Uint32Array;
  progress: ShowProgress;
  signal: AbortSignal | undefined;
}

/**
 * Which batches a light client reads whole: those that have no filter, those whose filter finds a contact, and decoys
 * among the others (chooseDownloads). A filter finds every TCN of its batch, so that no other batch holds one of the contacts,
 * if its filter is true: a relayer that published a false one shows in every full check.
 * @returns in the log's order: the order in which hits were found says nothing then
 * @throws only the signal's reason
 */
export async function chooseBatches(
  batches: readonly FoldedBatch[],
  { fetch, relayers, chosen: before, contacts, progress, signal }: BatchChoice,
): Promise<FoldedBatch[]> {
  const chosen = new Set<FoldedBatch>();
  const filtered: FoldedBatch[] = [];
  const hits: number[] = [];
  const look = async (batch: FoldedBatch) => ({
    batch,
    filter: await fetchFilter(fetch, relayers, batch, signal),
  });
  let done = 0;
  const open = batches.filter((batch) => !before.has(batch.seq));
  // Of one, chooseDownloads takes all.
  if (open.length < 2) return [...batches];
  for await (const { batch, filter } of inOrder(open, DOWNLOADS, look)) {
    if (!filter) chosen.add(batch);
    else {
      if (filter.hasAny(contacts)) hits.push(filtered.length);
      filtered.push(batch);
    }
    progress({ phase: "filters", done: ++done, total: open.length });
  }
  for (const position of chooseDownloads(filtered.length, hits))
    chosen.add(filtered[position] as FoldedBatch);
  return batches.filter((batch) => before.has(batch.seq) || chosen.has(batch));
}
