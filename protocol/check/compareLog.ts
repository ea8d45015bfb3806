import type { DirectEntry } from "../log/direct.ts";
import type { FoldedBatch } from "../log/fold.ts";
import type { HitCollector } from "./collectHits.ts";
import { fetchBatchFile, type GatewayFault } from "./fetchBatch.ts";
import type { Fetch } from "./fetchBytes.ts";
import type { AnchorTime } from "./horizon.ts";
import { inOrder } from "./inOrder.ts";
import { ENTRIES_AT_ONCE, type BatchHit, type BatchMatch } from "./matchBatch.ts";
import type { Matching } from "./matching.ts";
import { toRememberedHit, type RememberedBatch } from "./memory.ts";
import type { ShowProgress } from "./progress.ts";
import type { KeptBatch } from "./recall.ts";

/** Batches that are under way at once beyond those that are compared. */
const DOWNLOADS = 4;

/** What to compare, and by whom. */
export interface Comparison {
  /** Those that are not to be read again. */
  kept: readonly KeptBatch[];
  /** Those to read, in the log's order. */
  batches: readonly FoldedBatch[];
  directEntries: readonly DirectEntry[];
  anchorTime: AnchorTime;
  fetch: Fetch;
  gateways: readonly string[];
  matching: Matching;
  /** Called with each batch once it was compared, in the log's order. */
  remember: (batch: RememberedBatch) => Promise<void>;
  signal: AbortSignal | undefined;
}

/**
 * Fetches, verifies and compares batches, a few side by side, and then the entries sent directly; what is kept of an
 * earlier check is taken as it is. Times are asked for
 * whatever matches: to ask for those of hits alone would tell the RPC which they are.
 * @throws as fetchBatchFile, matchBatch, AnchorTime and remember, or the signal's reason
 */
export async function compareLog(
  { kept, batches, directEntries, anchorTime, fetch, gateways, matching, remember, signal }: Comparison,
  collector: HitCollector,
  progress: ShowProgress,
): Promise<GatewayFault[]> {
  const faults: GatewayFault[] = [];
  for (const { place, batch, hits } of kept) collector.addBatch({ ...batch, hits }, place, batch.anchoredAt);
  const total = kept.length + batches.length + directEntries.length;
  let done = kept.length;
  const show = (): void => {
    signal?.throwIfAborted();
    progress({ phase: "batches", done, total });
  };
  show();
  const ended = new AbortController();
  const until = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal;
  const compare = async (batch: FoldedBatch) => {
    const [fetched, anchoredAt] = await Promise.all([
      fetchBatchFile(fetch, gateways, batch.cidDigest, until),
      anchorTime(batch),
    ]);
    return { batch, anchoredAt, faults: fetched.faults, match: await matching.match(fetched.file, batch) };
  };
  try {
    for await (const compared of inOrder(batches, matching.width + DOWNLOADS, compare)) {
      const { batch, anchoredAt, match } = compared;
      faults.push(...compared.faults);
      const hits = collector.addBatch(match, batch, anchoredAt);
      await remember(toRemembered(batch, anchoredAt, match, hits));
      done++;
      show();
    }
  } finally {
    ended.abort();
  }
  for (let from = 0; from < directEntries.length; from += ENTRIES_AT_ONCE) {
    const places = [];
    for (const place of directEntries.slice(from, from + ENTRIES_AT_ONCE)) {
      places.push({ place, anchoredAt: await anchorTime(place) });
    }
    const match = await matching.matchEntries(places.map(({ place }) => place.entry));
    collector.addDirect(match, places);
    done += places.length;
    show();
  }
  return faults;
}

function toRemembered(
  { seq, root, blockHash }: FoldedBatch,
  anchoredAt: number,
  { counts, isFilterFalse, disclosed }: BatchMatch,
  hits: readonly BatchHit[],
): RememberedBatch {
  const kept = hits.map(toRememberedHit);
  return { seq, root, blockHash, anchoredAt, counts, isFilterFalse, isPassed: false, disclosed, hits: kept };
}
