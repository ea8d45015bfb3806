import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import type { SignedReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import { airTime, type PlannedReport, type TimeSpan } from "@tocsin/protocol/report/broadcastKeys.ts";
import { createSignedReport } from "@tocsin/protocol/report/create.ts";
import { encodeCoEpiMemo, type CoEpiMemo } from "@tocsin/protocol/report/memo.ts";
import { MEMO_TYPES } from "@tocsin/protocol/report/report.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import type { Source } from "../sync/source.ts";

/** The states of a report at the relayer, in their order. (design, "Relayer") */
export const REPORT_STATES = ["received", "sealed", "stored", "posted", "anchored", "finalized"] as const;
export type ReportState = (typeof REPORT_STATES)[number];

export interface Problem {
  code: string;
  message: string;
}

/** A report that this device signed. It stays here until the user erases it. Times are unix seconds. */
export interface OwnReport {
  /** Leaf hash of its entry, hex. */
  leaf: string;
  /** The whole signed report: sending it again is safe, since the relayer knows it by its leaf. */
  bytes: Uint8Array;
  createdAt: number;
  covers: TimeSpan;
  /** What the memo says. */
  memo: Uint8Array;
  log: Pick<Source, "chainId" | "registry" | "logId">;
  relayer: string;
  /** `unsent` until the relayer's receipt was verified. Never further than what this device verified itself. */
  state: "unsent" | ReportState;
  receipt?: SignedReceipt;
  /** The verified proof file as text. */
  proof?: string;
  anchor?: { anchoredAt: number; transactionHash: string; blockNumber: number };
  /** When it is to be sent; left out once it was. */
  dueAt?: number;
  /** When uploads without a report are to be sent, so that their number does not tell that of this report and others. */
  dummiesDueAt?: number[];
  /** Why it does not go on: the code of an error, or a relayer's, and its message. */
  problem?: Problem;
}

/**
 * Signs one report for each planned run of indices.
 * @param now unix seconds
 */
export function signReports(
  plans: readonly PlannedReport[],
  memo: CoEpiMemo,
  source: Source,
  now: number,
): OwnReport[] {
  const { chainId, registry, logId, relayer } = source;
  return plans.map(({ key, j1, j2 }) => {
    const content = { j1, j2, memoType: MEMO_TYPES.coepiV1, memo: encodeCoEpiMemo(memo) };
    const { bytes } = createSignedReport(key.rak, content);
    return {
      leaf: toHex(leafHash(reportEntry(bytes))),
      bytes,
      createdAt: now,
      covers: { from: airTime(key, j1).from, to: airTime(key, j2).to },
      memo: content.memo,
      log: { chainId, registry, logId },
      relayer,
      state: "unsent",
    };
  });
}

/** The rvk of a report, hex: the rak that it discloses must not be used again. */
export function rvkHexOf(report: OwnReport): string {
  return toHex(report.bytes.subarray(0, 32));
}
