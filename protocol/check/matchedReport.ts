import { fromHex } from "../bytes/hex.ts";
import { reportEntry } from "../entry/entry.ts";
import { proveBatch } from "../log/proof.ts";
import type { Proof } from "../log/proofFile.ts";
import type { SignedReport } from "../report/report.ts";
import type { Hit } from "./collectHits.ts";
import type { VerifiedLog } from "./readLog.ts";

/** A verified report that some contact record matches, and the evidence that the log holds it. */
export type MatchedReport = {
  report: SignedReport;
  leaf: Uint8Array;
  /** When the chain anchored it, unix seconds. */
  anchoredAt: number;
} & (
  | { lane: "batch"; proof: Proof }
  | {
      /** Sent to the contract without a relayer: the transaction itself is the proof. */
      lane: "direct";
      transactionHash: string;
      blockNumber: number;
      /** Its number in the log's direct lane, from 0. */
      index: number;
    }
);

/** @param batchLeaves the leaves of all of the log's batches */
export function toMatchedReport(
  log: VerifiedLog,
  batchLeaves: readonly Uint8Array[],
  hit: Hit,
): MatchedReport {
  const { report, leaf, anchoredAt } = hit;
  const matched = { report, leaf, anchoredAt };
  if (hit.lane === "direct") {
    const { transactionHash, blockNumber, index } = hit.place;
    return { ...matched, lane: "direct", transactionHash, blockNumber, index };
  }
  const { seq, firstIndex, count, root, cidDigest } = hit.place;
  const proof: Proof = {
    chainId: log.chainId,
    registry: log.registry,
    logId: log.logId,
    block: { number: log.block.number, hash: fromHex(log.block.hash, "block hash", 32) },
    operator: log.operator,
    state: log.state,
    batch: { seq, firstIndex, count, root, cidDigest },
    batchPath: proveBatch(batchLeaves, seq),
    entry: reportEntry(report.bytes),
    leaf,
    index: hit.index,
    path: hit.path,
  };
  return { ...matched, lane: "batch", proof };
}
