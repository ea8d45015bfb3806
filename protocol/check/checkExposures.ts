import { TocsinError } from "../errors.ts";
import type { FoldedBatch } from "../log/fold.ts";
import type { ContactRecord } from "../match/contactRecords.ts";
import type { ContactTable } from "../match/contactTable.ts";
import { RETENTION } from "../match/retention.ts";
import { HitCollector } from "./collectHits.ts";
import { compareLog } from "./compareLog.ts";
import { seenAfterDisclosure } from "./disclosed.ts";
import type { GatewayFault } from "./fetchBatch.ts";
import type { Fetch } from "./fetchBytes.ts";
import { anchorTimes, countBefore } from "./horizon.ts";
import type { EntryCounts } from "./matchBatch.ts";
import { localMatching, type Matching } from "./matching.ts";
import type { CheckMemory, RememberedBatch } from "./memory.ts";
import { passBatches, type LightCheck } from "./passBatches.ts";
import type { ShowProgress } from "./progress.ts";
import { isOf, readLog, type LogOrigin, type VerifiedLog } from "./readLog.ts";
import { recall } from "./recall.ts";
import type { Rpc } from "./rpc.ts";
import { settle, type ReportedExposure } from "./settle.ts";
import { verifyHits } from "./verifyHits.ts";

/** What a check needs from outside. Nothing about the contacts is ever given to `rpc` or `fetch`. */
export interface CheckInput {
  rpc: Rpc;
  fetch: Fetch;
  source: LogOrigin;
  /** Base URLs of trustless gateways, tried in turn. */
  gateways: readonly string[];
  contacts: ContactTable;
  /** Who compares, with the same contacts; the thread that calls unless given. */
  matching?: Matching;
  /** What the last check left, and this one leaves for the next; all is read unless given. */
  memory?: CheckMemory;
  /**
   * Batches are read only as their filters say, with decoys, for a slow link. Needs a memory, since a batch must be chosen
   * over once only.
   */
  light?: Pick<LightCheck, "relayers">;
  onProgress?: ShowProgress;
  signal?: AbortSignal;
}

export interface CheckResult {
  log: VerifiedLog;
  exposures: ReportedExposure[];
  /**
   * Contacts seen only after their report was public: somebody replayed its numbers. With a memory those are missing whose
   * report an earlier check had read before they were seen.
   */
  replays: ContactRecord[];
  counts: EntryCounts & {
    /** Batches of the last 14 days: all of them were read, by this check or an earlier one, or passed over. */
    batches: number;
    /** Those that a light client did not read, now or earlier: their filters find none of the contacts. */
    passedBatches: number;
    /** Those of them that were not read again: what an earlier check found in them still holds. */
    rememberedBatches: number;
    /** Batches anchored more than RETENTION ago: whatever they hold can only be a replay for a contact of today. */
    olderBatches: number;
    /** Entries sent to the contract without a relayer that were read. */
    directEntries: number;
    /** Entries sent directly more than RETENTION ago, which were not read. */
    olderDirectEntries: number;
    /** Contacts last seen more than RETENTION ago, which are not looked for. */
    olderContacts: number;
    /** Reports that matched a contact but whose signature does not verify. */
    forgedReports: number;
  };
  faults: GatewayFault[];
  /** Batches, by seq, whose filter is not that of their reports: this check is not concerned, but light clients are. */
  falseFilters: number[];
  /** Whether there was a memory, and of another log, which this check has replaced. */
  replacedMemory: boolean;
}

/**
 * The whole check: heads → events → batch bytes → CID → root → expand → match → verify hits → exposures, over the
 * batches and the entries sent directly of the last 14 days. Batches are downloaded, hashed and compared side by side, a few
 * at once, and memory does not grow with their number. Stops at the first thing that does not verify: a check that
 * could not see every batch says so instead of "nothing detected". With a memory only what is new is read, and a check
 * that was interrupted is gone on with.
 * @throws ARGUMENT_INVALID for a light check without a memory, as readLog, compareLog, verifyHits and the memory's functions, or the signal's reason
 */
export async function checkExposures(input: CheckInput): Promise<CheckResult> {
  const { rpc, fetch, source, gateways, contacts, memory, light, signal } = input;
  const progress = input.onProgress ?? (() => undefined);
  if (light && !memory) throw new TocsinError("ARGUMENT_INVALID", "a light check needs a memory");
  progress({ phase: "log", done: 0, total: 1 });
  const loaded = await memory?.load();
  const log = await readLog(rpc, source, loaded);
  progress({ phase: "log", done: 1, total: 1 });

  const horizon = log.block.timestamp - RETENTION;
  const anchorTime = anchorTimes(rpc);
  const olderBatches = await countBefore(anchorTime, log.batches, horizon);
  const olderDirectEntries = await countBefore(anchorTime, log.directEntries, horizon);
  const batches = log.batches.slice(olderBatches);
  const directEntries = log.directEntries.slice(olderDirectEntries);
  const collector = new HitCollector(contacts, horizon);
  const matching = input.matching ?? localMatching(contacts);
  const remembered = loaded && isOf(loaded, log.chainId, log) ? loaded : undefined;
  const looked = { log, batches, contacts, horizon, matching, isLight: light !== undefined };
  const recalled = memory && (await recall(remembered, looked));
  const kept = recalled?.kept ?? [];
  const isKept = new Set(kept.map(({ place }) => place.seq));
  const unread = batches.filter(({ seq }) => !isKept.has(seq));
  let toRead: readonly FoldedBatch[] = unread;
  if (recalled) {
    let { next } = recalled;
    if (light) {
      const looking = { fetch, contacts: contacts.tcnsSeenSince(horizon), anchorTime, progress, signal };
      ({ toRead, next } = await passBatches(unread, next, { ...light, ...looking }));
    }
    await memory.begin(next);
  }
  const comparison = {
    ...{ kept, directEntries, anchorTime, fetch, gateways, matching, signal },
    batches: toRead,
    remember: async (batch: RememberedBatch) => memory?.addBatch(batch),
  };
  const faults = await compareLog(comparison, collector, progress);
  const { matched, forgedReports } = await verifyHits(log, collector.hits, progress, signal);
  const counts = {
    batches: batches.length,
    rememberedBatches: kept.filter(({ batch }) => !batch.isPassed).length,
    passedBatches: unread.length - toRead.length + kept.filter(({ batch }) => batch.isPassed).length,
    olderBatches,
    directEntries: directEntries.length,
    olderDirectEntries,
    olderContacts: contacts.countLastSeenBefore(horizon),
    ...collector.counts,
    forgedReports,
  };
  const late = seenAfterDisclosure(
    matched,
    kept.map(({ batch }) => batch),
  );
  return {
    log,
    ...settle(matched, late),
    counts,
    faults,
    falseFilters: collector.falseFilters,
    replacedMemory: loaded !== undefined && remembered === undefined,
  };
}
