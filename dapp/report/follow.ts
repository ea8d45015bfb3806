import { verifyProofOnChain } from "@tocsin/protocol/check/verifyOnChain.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { formatProof } from "@tocsin/protocol/log/proofFile.ts";
import type { Rpc } from "@tocsin/protocol/check/rpc.ts";
import { REPORT_STATES, type OwnReport, type ReportState } from "./ownReport.ts";
import { problemOf } from "./problem.ts";
import { getReport, isProofOf, RelayerError, type ReportStatus } from "./relayer.ts";

/**
 * Asks the relayer how far a report has come. `anchored` and `finalized` are believed only from the chain: the
 * relayer's proof must verify and its state must be one that the log in the contract went through.
 */
export async function followReport(report: OwnReport, rpc: Rpc): Promise<OwnReport> {
  const { problem: _, ...rest } = report;
  try {
    const status = await getReport(report.relayer, report.leaf);
    if (!isAtLeast(status.state, "anchored")) return { ...withoutAnchor(rest), state: status.state };
    if (status.state === report.state) return rest;
    return await confirm(rest, status, rpc);
  } catch (error) {
    if (error instanceof RelayerError || error instanceof TocsinError)
      return { ...report, problem: problemOf(error) };
    throw error;
  }
}

/** Whether there is nothing more to ask. */
export function isSettled(report: OwnReport): boolean {
  return report.state === "finalized";
}

async function confirm(report: OwnReport, { proof }: ReportStatus, rpc: Rpc): Promise<OwnReport> {
  if (!proof || !isProofOf(proof, report.leaf, report.log)) {
    throw new TocsinError("PROOF_INVALID", "the relayer says “anchored” but gives no proof of this report");
  }
  const { finalized, anchoredAt, transactionHash, blockNumber } = await verifyProofOnChain(rpc, proof);
  const anchor = { anchoredAt, transactionHash, blockNumber };
  return { ...report, state: finalized ? "finalized" : "anchored", proof: formatProof(proof), anchor };
}

/** A reorganisation can take a batch back: then its proof and anchor are gone too. */
function withoutAnchor({ proof: _, anchor: __, ...report }: OwnReport): OwnReport {
  return report;
}

function isAtLeast(state: ReportState, other: ReportState): boolean {
  return REPORT_STATES.indexOf(state) >= REPORT_STATES.indexOf(other);
}
