import type { DirectEntry } from "../log/direct.ts";
import type { FoldedBatch } from "../log/fold.ts";
import { MAX_BATCH_TCNS, MAX_SPAN } from "../match/limits.ts";
import type { HitCollector } from "./collectHits.ts";
import { fetchBatchFile, type Fetch, type GatewayFault } from "./fetchBatch.ts";
import type { AnchorTime } from "./horizon.ts";
import { inOrder } from "./inOrder.ts";
import type { Matching } from "./matching.ts";
import type { ShowProgress } from "./progress.ts";

/** Batches that are under way at once beyond those that are compared. */
const DOWNLOADS = 4;
/** Entries sent directly that are compared in one step: anybody may send them, so that no number may be too many for it. */
const DIRECT_AT_ONCE = Math.floor(MAX_BATCH_TCNS / MAX_SPAN);

/** What to compare, and by whom. */
export interface Comparison {
  batches: readonly FoldedBatch[];
  directEntries: readonly DirectEntry[];
  anchorTime: AnchorTime;
  fetch: Fetch;
  gateways: readonly string[];
  matching: Matching;
  signal: AbortSignal | undefined;
}

/**
 * Fetches, verifies and compares batches, a few side by side, and then the entries sent directly. Times are asked for
 * whatever matches: to ask for those of hits alone would tell the RPC which they are.
 * @throws as fetchBatchFile, matchBatch and AnchorTime, or the signal's reason
 */
export async function compareLog(
  { batches, directEntries, anchorTime, fetch, gateways, matching, signal }: Comparison,
  collector: HitCollector,
  progress: ShowProgress,
): Promise<GatewayFault[]> {
  const faults: GatewayFault[] = [];
  const total = batches.length + directEntries.length;
  let done = 0;
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
      faults.push(...compared.faults);
      collector.addBatch(compared.match, compared.batch, compared.anchoredAt);
      done++;
      show();
    }
  } finally {
    ended.abort();
  }
  for (let from = 0; from < directEntries.length; from += DIRECT_AT_ONCE) {
    const places = [];
    for (const place of directEntries.slice(from, from + DIRECT_AT_ONCE)) {
      places.push({ place, anchoredAt: await anchorTime(place) });
    }
    const match = await matching.matchEntries(places.map(({ place }) => place.entry));
    collector.addDirect(match, places);
    done += places.length;
    show();
  }
  return faults;
}
