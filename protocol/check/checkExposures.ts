import type { Batch } from "../batch/file.ts";
import { fromHex, toHex } from "../bytes/hex.ts";
import { TocsinError } from "../errors.ts";
import { readReportEntry, reportEntry } from "../entry/entry.ts";
import type { FoldedBatch } from "../log/fold.ts";
import { proveBatch } from "../log/proof.ts";
import { batchLeaf } from "../log/state.ts";
import type { Proof } from "../log/proofFile.ts";
import { groupExposures, type Exposure } from "../match/exposures.ts";
import { RETENTION } from "../match/retention.ts";
import { ContactIndex, MAX_SPAN } from "../match/matchReports.ts";
import type { ContactRecord } from "../match/contactRecords.ts";
import { spanOf, type SignedReport } from "../report/report.ts";
import { verifySignedReport } from "../report/signature.ts";
import { inclusionPath } from "../tree/proof.ts";
import { fetchBatchFile, type Fetch, type GatewayFault } from "./fetchBatch.ts";
import { readLog, type LogSource, type VerifiedLog } from "./readLog.ts";
import { anchorTime, countBefore } from "./horizon.ts";
import type { Rpc } from "./rpc.ts";
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

/** `log`: reading the chain. `batches`: fetching, verifying and matching. `hits`: checking what was found. */
export interface CheckProgress {
  phase: "log" | "batches" | "hits";
  done: number;
  total: number;
}

/** A verified report that some contact record matches. */
export interface MatchedReport {
  report: SignedReport;
  leaf: Uint8Array;
  /** When the chain anchored it, unix seconds. */
  anchoredAt: number;
  proof: Proof;
}

export interface ReportedExposure extends Exposure {
  /** The reports that cover these contacts, earliest anchored first; all of one rvk. */
  reports: MatchedReport[];
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
    /** Contacts last seen more than RETENTION ago, which are not looked for. */
    olderContacts: number;
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

interface Hit {
  report: SignedReport;
  batch: FoldedBatch;
  anchoredAt: number;
  leaf: Uint8Array;
  index: number;
  path: Uint8Array[];
  contacts: ContactRecord[];
}

/**
 * The whole check: head → events → batch bytes → CID → root → expand → match → verify hits → exposures, over the
 * batches of the last 14 days. Stops at the first thing that does not verify: a check that could not see every batch
 * says so instead of "nothing detected".
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
  const index = new ContactIndex(recent);
  const olderBatches = await countBefore(rpc, log.batches, horizon);
  const batches = log.batches.slice(olderBatches);
  const counts = {
    batches: batches.length,
    olderBatches,
    olderContacts: contacts.length - recent.length,
    reports: 0,
    unknownEntries: 0,
    unreadableReports: 0,
    forgedReports: 0,
  };
  const faults: GatewayFault[] = [];
  const hits = new Map<string, Hit>();
  for (const [done, batch] of batches.entries()) {
    signal?.throwIfAborted();
    progress({ phase: "batches", done, total: batches.length });
    const fetched = await fetchBatchFile(fetch, gateways, batch.cidDigest, signal);
    faults.push(...fetched.faults);
    // Asked for every batch: to ask for those with hits alone would tell the RPC which they are.
    const anchoredAt = await anchorTime(rpc, batch);
    matchBatch(verifyBatchFile(fetched.file, batch), batch, anchoredAt, index, counts, hits);
  }
  progress({ phase: "batches", done: batches.length, total: batches.length });

  const matched: { hit: Hit; report: MatchedReport }[] = [];
  const leaves = log.batches.map(batchLeaf);
  for (const [done, hit] of [...hits.values()].entries()) {
    signal?.throwIfAborted();
    progress({ phase: "hits", done, total: hits.size });
    if (await isForged(hit.report)) counts.forgedReports++;
    else matched.push({ hit, report: toMatchedReport(log, leaves, hit) });
  }
  progress({ phase: "hits", done: hits.size, total: hits.size });
  return { log, ...settle(matched), counts, faults };
}

function matchBatch(
  verified: Batch,
  batch: FoldedBatch,
  anchoredAt: number,
  contacts: ContactIndex,
  counts: CheckResult["counts"],
  hits: Map<string, Hit>,
): void {
  verified.entries.forEach((entry, index) => {
    let report: SignedReport;
    try {
      report = readReportEntry(entry);
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error;
      if (error.code === "ENTRY_KIND_UNKNOWN") counts.unknownEntries++;
      else counts.unreadableReports++;
      return;
    }
    if (spanOf(report) > MAX_SPAN) {
      counts.unreadableReports++;
      return;
    }
    counts.reports++;
    const found = contacts.match(report);
    if (found.length === 0) return;
    const leaf = verified.leaves[index] as Uint8Array;
    const key = toHex(leaf);
    // The same report may stand in a later batch again: the first one says when it became public.
    if (hits.has(key)) return;
    hits.set(key, {
      report,
      batch,
      anchoredAt,
      leaf,
      index,
      path: inclusionPath(verified.leaves, index),
      contacts: found,
    });
  });
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

function toMatchedReport(log: VerifiedLog, leaves: Uint8Array[], hit: Hit): MatchedReport {
  const { seq, firstIndex, count, root, cidDigest } = hit.batch;
  const proof: Proof = {
    chainId: log.chainId,
    registry: log.registry,
    logId: log.logId,
    block: { number: log.block.number, hash: fromHex(log.block.hash, "block hash", 32) },
    operator: log.operator,
    state: log.state,
    batch: { seq, firstIndex, count, root, cidDigest },
    batchPath: proveBatch(leaves, seq),
    entry: reportEntry(hit.report.bytes),
    leaf: hit.leaf,
    index: hit.index,
    path: hit.path,
  };
  return { report: hit.report, leaf: hit.leaf, anchoredAt: hit.anchoredAt, proof };
}

/**
 * Applies the replay rule and groups what is left. A TCN is public from the moment its report is anchored: what was
 * seen of it afterwards proves no encounter, so a contact that goes on past that moment ends there.
 */
function settle(matched: { hit: Hit; report: MatchedReport }[]): Pick<CheckResult, "exposures" | "replays"> {
  const replays = new Set<ContactRecord>();
  const byRvk = new Map<string, Map<ContactRecord, MatchedReport[]>>();
  for (const { hit, report } of [...matched].sort((a, b) => a.report.anchoredAt - b.report.anchoredAt)) {
    const rvk = toHex(hit.report.rvk);
    const contacts = byRvk.get(rvk) ?? new Map<ContactRecord, MatchedReport[]>();
    byRvk.set(rvk, contacts);
    for (const contact of hit.contacts) {
      if (replays.has(contact)) continue;
      const known = contacts.get(contact);
      if (known) known.push(report);
      else if (contact.firstSeen > report.anchoredAt) replays.add(contact);
      else contacts.set(contact, [report]);
    }
  }
  const exposures = [...byRvk.values()].flatMap((contacts) => {
    const reportsOf = new Map<ContactRecord, MatchedReport[]>();
    for (const [contact, reports] of contacts) {
      const publicAt = (reports[0] as MatchedReport).anchoredAt;
      reportsOf.set({ ...contact, lastSeen: Math.min(contact.lastSeen, publicAt) }, reports);
    }
    return groupExposures([...reportsOf.keys()]).map((exposure) => ({
      ...exposure,
      reports: [...new Set(exposure.contacts.flatMap((contact) => reportsOf.get(contact) ?? []))],
    }));
  });
  exposures.sort((a, b) => b.firstSeen - a.firstSeen);
  return { exposures, replays: [...replays] };
}
