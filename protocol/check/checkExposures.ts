import { TocsinError } from "../errors.ts";
import { batchLeaf } from "../log/state.ts";
import type { ContactRecord } from "../match/contactRecords.ts";
import { ContactIndex } from "../match/matchReports.ts";
import { RETENTION } from "../match/retention.ts";
import type { SignedReport } from "../report/report.ts";
import { verifySignedReport } from "../report/signature.ts";
import { fetchBatchFile, type Fetch, type GatewayFault } from "./fetchBatch.ts";
import { anchorTimes, countBefore } from "./horizon.ts";
import { EntryMatcher } from "./matchEntries.ts";
import { toMatchedReport, type MatchedReport } from "./matchedReport.ts";
import { readLog, type LogSource, type VerifiedLog } from "./readLog.ts";
import type { Rpc } from "./rpc.ts";
import { settle, type ReportedExposure } from "./settle.ts";
import { verifyBatchFile } from "./verifyBatch.ts";

/** What a check needs from outside. Nothing about the contacts is ever given to `rpc` or `fetch`. */
export interface CheckInput {
  rpc: Rpc;
  fetch: Fetch;
  source: LogSource;
  /** Base URLs of trustless gateways, tried in turn. */
  gateways: readonly string[];
  contacts: readonly ContactRecord[];
  onProgress?: (progress: CheckProgress) => void;
  signal?: AbortSignal;
}

/**
 * `log`: reading the chain. `batches`: verifying and matching batches and entries sent directly. `hits`: checking what
 * was found.
 */
export interface CheckProgress {
  phase: "log" | "batches" | "hits";
  done: number;
  total: number;
}

export interface CheckResult {
  log: VerifiedLog;
  exposures: ReportedExposure[];
  /** Contacts seen only after their report was public: somebody replayed its numbers. */
  replays: ContactRecord[];
  counts: {
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
    /** Reports of both lanes that were compared. */
    reports: number;
    /** Entries of kinds that this version does not know. */
    unknownEntries: number;
    /** Entries of kind 1 that are no report, or ask for more TCNs than a reader derives. */
    unreadableReports: number;
    /** Reports that matched a contact but whose signature does not verify. */
    forgedReports: number;
  };
  faults: GatewayFault[];
}

/**
 * The whole check: heads → events → batch bytes → CID → root → expand → match → verify hits → exposures, over the
 * batches and the entries sent directly of the last 14 days. Stops at the first thing that does not verify: a check that
 * could not see every batch says so instead of "nothing detected".
 * @throws as readLog, fetchBatchFile and verifyBatchFile, or the signal's reason
 */
export async function checkExposures(input: CheckInput): Promise<CheckResult> {
  const { rpc, fetch, source, gateways, contacts, signal } = input;
  const progress = input.onProgress ?? (() => undefined);
  progress({ phase: "log", done: 0, total: 1 });
  const log = await readLog(rpc, source);
  progress({ phase: "log", done: 1, total: 1 });

  const horizon = log.block.timestamp - RETENTION;
  const recent = contacts.filter(({ lastSeen }) => lastSeen >= horizon);
  const matcher = new EntryMatcher(new ContactIndex(recent));
  const anchorTime = anchorTimes(rpc);
  const olderBatches = await countBefore(anchorTime, log.batches, horizon);
  const batches = log.batches.slice(olderBatches);
  const olderDirectEntries = await countBefore(anchorTime, log.directEntries, horizon);
  const directEntries = log.directEntries.slice(olderDirectEntries);
  const total = batches.length + directEntries.length;
  const faults: GatewayFault[] = [];
  // Times are asked for whatever matches: to ask for those of hits alone would tell the RPC which they are.
  for (const [done, batch] of batches.entries()) {
    signal?.throwIfAborted();
    progress({ phase: "batches", done, total });
    const fetched = await fetchBatchFile(fetch, gateways, batch.cidDigest, signal);
    faults.push(...fetched.faults);
    matcher.addBatch(verifyBatchFile(fetched.file, batch), batch, await anchorTime(batch));
  }
  for (const [i, entry] of directEntries.entries()) {
    signal?.throwIfAborted();
    progress({ phase: "batches", done: batches.length + i, total });
    matcher.addDirect(entry, await anchorTime(entry));
  }
  progress({ phase: "batches", done: total, total });

  const { hits } = matcher;
  const matched: { contacts: ContactRecord[]; report: MatchedReport }[] = [];
  const leaves = log.batches.map(batchLeaf);
  let forgedReports = 0;
  for (const [done, hit] of hits.entries()) {
    signal?.throwIfAborted();
    progress({ phase: "hits", done, total: hits.length });
    if (await isForged(hit.report)) forgedReports++;
    else matched.push({ contacts: hit.contacts, report: toMatchedReport(log, leaves, hit) });
  }
  progress({ phase: "hits", done: hits.length, total: hits.length });
  const counts = {
    batches: batches.length,
    olderBatches,
    directEntries: directEntries.length,
    olderDirectEntries,
    olderContacts: contacts.length - recent.length,
    ...matcher.counts,
    forgedReports,
  };
  return { log, ...settle(matched), counts, faults };
}

async function isForged(report: SignedReport): Promise<boolean> {
  try {
    await verifySignedReport(report);
    return false;
  } catch (error) {
    if (error instanceof TocsinError && error.code === "REPORT_SIGNATURE_INVALID") return true;
    throw error;
  }
}
