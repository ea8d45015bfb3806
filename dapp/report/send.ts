import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { fromHex, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { readLog } from "@tocsin/protocol/check/readLog.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { verifyReceipt, type SignedReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import { unixNow } from "../storage/clock.ts";
import { httpRpc } from "../sync/rpc.ts";
import { logOf, sourceId, type Source } from "../sync/source.ts";
import type { OwnReport } from "./ownReport.ts";
import { postReport } from "./relayer.ts";

/** Seconds for which a log's operator need not be read again. */
const OPERATOR_KNOWN_FOR = 600;
const operators = new Map<string, { readAt: number; operator: Uint8Array }>();

/**
 * The address, 20 bytes, whose receipts count: the log's operator, read from the chain and verified.
 * @throws as readLog
 */
export async function readOperator(source: Source): Promise<Uint8Array> {
  const id = `${sourceId(source)} ${source.rpc}`;
  const known = operators.get(id);
  if (known && unixNow() - known.readAt < OPERATOR_KNOWN_FOR) return known.operator;
  const { operator } = await readLog(httpRpc(source.rpc), logOf(source));
  operators.set(id, { readAt: unixNow(), operator });
  return operator;
}

/**
 * Sends one report, or sends it again, and verifies its receipt.
 * @param source whose log the report is for
 * @throws RelayerError, RECEIPT_INVALID, or as readLog
 */
export async function sendReport(report: OwnReport, source: Source): Promise<SignedReceipt> {
  const operator = await readOperator(source);
  const receipt = await postReport(report.relayer, report.bytes);
  checkReceipt(receipt, report, operator);
  return receipt;
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
    throw new TocsinError("RECEIPT_INVALID", "the relayer's receipt is for another report or another log");
  verifyReceipt(receipt, operator);
}
