import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { fromHex, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { readLog } from "@tocsin/protocol/check/readLog.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { verifyReceipt, type SignedReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import { httpRpc } from "../sync/rpc.ts";
import { sourceOf, type Settings } from "../sync/settings.ts";
import type { OwnReport } from "./ownReport.ts";
import { postReport } from "./relayer.ts";

/**
 * The address, 20 bytes, whose receipts count: the log's operator, read from the chain and verified.
 * @throws as readLog
 */
export async function readOperator(settings: Settings): Promise<Uint8Array> {
  return (await readLog(httpRpc(settings.rpc), sourceOf(settings))).operator;
}

/**
 * Sends one report, or sends it again, and verifies its receipt. What went wrong is told in `problem`.
 * @param operator 20 bytes
 */
export async function sendReport(report: OwnReport, operator: Uint8Array): Promise<OwnReport> {
  const { problem: _, ...rest } = report;
  try {
    const receipt = await postReport(report.relayer, report.bytes);
    checkReceipt(receipt, report, operator);
    return { ...rest, state: "received", receipt };
  } catch (error) {
    return { ...report, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** @throws RECEIPT_INVALID unless the operator signed a receipt for this report in this log */
export function checkReceipt(receipt: SignedReceipt, report: OwnReport, operator: Uint8Array): void {
  const { chainId, registry, logId } = report.log;
  const same =
    receipt.chainId === chainId &&
    receipt.logId === logId &&
    equalBytes(receipt.registry, fromHex(registry, "registry", 20)) &&
    toHex(receipt.leaf) === report.leaf;
  if (!same)
    throw new TocsinError("RECEIPT_INVALID", "The relayer's receipt is for another report or another log.");
  verifyReceipt(receipt, operator);
}

/**
 * A random order, so that the relayer's order of arrival says nothing about the order of the numbers.
 * @param randomBelow a random whole number from 0 to below its argument
 */
export function shuffled<T>(items: readonly T[], randomBelow: (limit: number) => number = secureBelow): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = randomBelow(last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

/** Unbiased: a draw from the incomplete last block of 2^32 is drawn again. */
function secureBelow(limit: number): number {
  const end = 2 ** 32 - (2 ** 32 % limit);
  for (;;) {
    const [draw = 0] = crypto.getRandomValues(new Uint32Array(1));
    if (draw < end) return draw % limit;
  }
}
