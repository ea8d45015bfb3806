import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { CheckResult } from "@tocsin/protocol/check/checkExposures.ts";
import type { GatewayFault } from "@tocsin/protocol/check/fetchBatch.ts";
import type { MatchedReport } from "@tocsin/protocol/check/matchedReport.ts";
import type { LogSource, VerifiedLog } from "@tocsin/protocol/check/readLog.ts";
import type { Block } from "@tocsin/protocol/check/rpc.ts";
import type { ReportedExposure } from "@tocsin/protocol/check/settle.ts";
import type { ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { isExpired } from "../contacts/mergeContacts.ts";
import type { ContactSummary } from "../contacts/packedContacts.ts";

/** A report that covers an exposure, and the transaction that brought it, or its batch, into the chain. */
export type AnchoredReport = MatchedReport & {
  transactionHash: string;
  /** The block of that transaction. */
  blockNumber: number;
};

export interface ExposureAlert extends Omit<ReportedExposure, "reports"> {
  /** The same in every check, and of no exposure of another log. */
  id: string;
  reports: AnchoredReport[];
}

/** The result of one check as it is kept on the device. Times are unix seconds. */
export interface CheckOutcome {
  checkedAt: number;
  source: Required<LogSource>;
  /** As of which block the log was read. */
  block: Block;
  /** How many contact records were compared, and from when to when they were seen. */
  contacts: { count: number; from: number; to: number };
  counts: CheckResult["counts"];
  exposures: ExposureAlert[];
  replays: ContactRecord[];
  faults: (GatewayFault & { times: number })[];
  /** Batches, by seq, whose filter is not that of their reports. */
  falseFilters: number[];
}

/** Keeps of a result what the page shows. @param checkedAt unix seconds */
export function toOutcome(result: CheckResult, contacts: ContactSummary, checkedAt: number): CheckOutcome {
  const { log, counts, replays } = result;
  return {
    checkedAt,
    source: { chainId: log.chainId, registry: log.registry, logId: log.logId },
    block: log.block,
    contacts: { from: checkedAt, to: 0, ...contacts },
    counts,
    exposures: result.exposures.map((exposure) => ({
      ...exposure,
      id: idOf(exposure, log),
      reports: exposure.reports.map((report) => withTransaction(report, log)),
    })),
    replays,
    faults: countFaults(result.faults),
    falseFilters: result.falseFilters,
  };
}

/** The same report can be in two logs. */
function idOf({ reports, firstSeen }: ReportedExposure, { registry, logId }: VerifiedLog): string {
  return `${toHex(reports[0]!.leaf).slice(0, 16)}-${firstSeen}-${toHex(registry).slice(0, 8)}-${logId}`;
}

function withTransaction(report: MatchedReport, log: VerifiedLog): AnchoredReport {
  if (report.lane === "direct") return report;
  const { transactionHash, blockNumber } = log.batches[report.proof.batch.seq]!;
  return { ...report, transactionHash, blockNumber };
}

/**
 * What of an outcome may still be kept: no contact record past the retention period, no exposure that has none left, and
 * no outcome that would say now that there had been none.
 * @returns the same object where nothing is past it
 * @param now unix seconds
 */
export function purgeOutcome(outcome: CheckOutcome, now: number): CheckOutcome | undefined {
  const all = [...outcome.replays, ...outcome.exposures.flatMap(({ contacts }) => contacts)];
  if (!all.some((record) => isExpired(record, now))) return outcome;
  const recent = (records: readonly ContactRecord[]): ContactRecord[] =>
    records.filter((record) => !isExpired(record, now));
  const exposures = outcome.exposures
    .map((exposure) => ({ ...exposure, contacts: recent(exposure.contacts) }))
    .filter(({ contacts }) => contacts.length > 0);
  if (exposures.length === 0 && outcome.exposures.length > 0) return undefined;
  return { ...outcome, exposures, replays: recent(outcome.replays) };
}

/** A gateway that fails fails for every batch: one line for each of its kinds of fault is enough. */
function countFaults(faults: readonly GatewayFault[]): CheckOutcome["faults"] {
  const counted = new Map<string, CheckOutcome["faults"][number]>();
  for (const fault of faults) {
    const key = `${fault.gateway} ${fault.code}`;
    const known = counted.get(key);
    if (known) known.times++;
    else counted.set(key, { ...fault, times: 1 });
  }
  return [...counted.values()];
}
