import { fromHex, to0x, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { readLog } from "@tocsin/protocol/check/readLog.ts";
import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { readSignedReport } from "@tocsin/protocol/report/read.ts";
import { verifySignedReport } from "@tocsin/protocol/report/signature.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import { t } from "../i18n/i18n.ts";
import type { OwnReport } from "../report/ownReport.ts";
import { httpRpc } from "../sync/rpc.ts";
import { registryAbi } from "./abi.ts";
import { contractCall, type ContractCall } from "./contractCall.ts";
import { isInRegistry, type Target } from "./target.ts";
import { WalletProblemError } from "./walletProblem.ts";

/** More than any report has in hex. */
const MAX_HEX_LENGTH = 4_096;

/** Reads a signed report in hex and verifies its signature. @throws WalletProblemError */
export async function readReportHex(text: string): Promise<Uint8Array> {
  try {
    const report = readSignedReport(fromHex(text.trim().slice(0, MAX_HEX_LENGTH), "the report"));
    await verifySignedReport(report);
    return report.bytes;
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error;
    throw new WalletProblemError(
      error.code === "REPORT_SIGNATURE_INVALID"
        ? t("The report’s signature is not valid: it was altered or cut.")
        : t("This is no signed report in hex. A report is one line, as “tocsin report create” writes it."),
    );
  }
}

/**
 * The transaction that puts a report into a log's direct lane.
 * @throws WalletProblemError where the log has it directly already, or as readLog
 */
export async function directCall(target: Target, logId: number, report: Uint8Array): Promise<ContractCall> {
  const { chainId, registry } = target;
  const entry = reportEntry(report);
  const source = { chainId, registry: fromHex(registry, "registry", 20), logId };
  const { directEntries } = await readLog(httpRpc(target.rpc), source);
  const leaf = toHex(leafHash(entry));
  const before = directEntries.find((direct) => toHex(direct.leaf) === leaf);
  if (before) {
    throw new WalletProblemError(
      t("The log has this report already: it was sent directly in block {block}.", {
        block: String(before.blockNumber),
      }),
    );
  }
  return contractCall(registry, registryAbi, "submitDirect", [BigInt(logId), to0x(entry) as `0x${string}`]);
}

/** Own reports for a log that its relayer did not take, or did not anchor by its receipt's deadline. @param now unix seconds */
export function strandedReports(
  reports: readonly OwnReport[],
  target: Target,
  logId: number,
  now: number,
): OwnReport[] {
  return reports.filter(({ log, state, receipt }) => {
    if (!isInRegistry(log, target) || log.logId !== logId) return false;
    if (state === "anchored" || state === "finalized") return false;
    return state === "unsent" || (receipt !== undefined && receipt.deadline < now);
  });
}
