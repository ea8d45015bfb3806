import type { ContactRecord } from "../match/contactRecords.ts";
import type { ContactTable } from "../match/contactTable.ts";
import { RETENTION } from "../match/retention.ts";
import { HitCollector } from "./collectHits.ts";
import { compareLog } from "./compareLog.ts";
import type { Fetch, GatewayFault } from "./fetchBatch.ts";
import { anchorTimes, countBefore } from "./horizon.ts";
import type { EntryCounts } from "./matchBatch.ts";
import { localMatching, type Matching } from "./matching.ts";
import type { ShowProgress } from "./progress.ts";
import { readLog, type LogSource, type VerifiedLog } from "./readLog.ts";
import type { Rpc } from "./rpc.ts";
import { settle, type ReportedExposure } from "./settle.ts";
import { verifyHits } from "./verifyHits.ts";

/** What a check needs from outside. Nothing about the contacts is ever given to `rpc` or `fetch`. */
export interface CheckInput {
  rpc: Rpc;
  fetch: Fetch;
  source: LogSource;
  /** Base URLs of trustless gateways, tried in turn. */
  gateways: readonly string[];
  contacts: ContactTable;
  /** Who compares, with the same contacts; the thread that calls unless given. */
  matching?: Matching;
  onProgress?: ShowProgress;
  signal?: AbortSignal;
}

export interface CheckResult {
  log: VerifiedLog;
  exposures: ReportedExposure[];
  /** Contacts seen only after their report was public: somebody replayed its numbers. */
  replays: ContactRecord[];
  counts: EntryCounts & {
    /** Batches that were read. */
    batches: number;
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
}

/**
 * The whole check: heads → events → batch bytes → CID → root → expand → match → verify hits → exposures, over the
 * batches and the entries sent directly of the last 14 days. Batches are downloaded, hashed and compared side by side, a few
 * at once, and memory does not grow with their number. Stops at the first thing that does not verify: a check that
 * could not see every batch says so instead of "nothing detected".
 * @throws as readLog, compareLog and verifyHits, or the signal's reason
 */
export async function checkExposures(input: CheckInput): Promise<CheckResult> {
  const { rpc, fetch, source, gateways, contacts, signal } = input;
  const progress = input.onProgress ?? (() => undefined);
  progress({ phase: "log", done: 0, total: 1 });
  const log = await readLog(rpc, source);
  progress({ phase: "log", done: 1, total: 1 });

  const horizon = log.block.timestamp - RETENTION;
  const anchorTime = anchorTimes(rpc);
  const olderBatches = await countBefore(anchorTime, log.batches, horizon);
  const olderDirectEntries = await countBefore(anchorTime, log.directEntries, horizon);
  const batches = log.batches.slice(olderBatches);
  const directEntries = log.directEntries.slice(olderDirectEntries);
  const collector = new HitCollector(contacts, horizon);
  const matching = input.matching ?? localMatching(contacts);
  const comparison = { batches, directEntries, anchorTime, fetch, gateways, matching, signal };
  const faults = await compareLog(comparison, collector, progress);
  const { matched, forgedReports } = await verifyHits(log, collector.hits, progress, signal);
  const counts = {
    batches: batches.length,
    olderBatches,
    directEntries: directEntries.length,
    olderDirectEntries,
    olderContacts: contacts.countLastSeenBefore(horizon),
    ...collector.counts,
    forgedReports,
  };
  return { log, ...settle(matched), counts, faults, falseFilters: collector.falseFilters };
}
