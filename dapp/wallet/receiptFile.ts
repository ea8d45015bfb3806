import { parseJson } from "@tocsin/protocol/bytes/fields.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { readReceipt, type SignedReceipt } from "@tocsin/protocol/receipt/receipt.ts";

const MAX_RECEIPTS = 1_000;

/**
 * The receipts in a file: what `tocsin report submit --json` or `report status --json` printed, or one receipt alone.
 * @throws RECEIPT_INVALID where one of them cannot be read, or there is none
 */
export function readReceiptFile(text: string): SignedReceipt[] {
  const receipts = listed(parseJson(text, "RECEIPT_INVALID", "the file"))
    .slice(0, MAX_RECEIPTS)
    .map(readReceipt);
  if (receipts.length === 0) throw new TocsinError("RECEIPT_INVALID", "the file holds no receipt");
  return receipts;
}

/** A list has a receipt in each of its objects; an object is a receipt, or has one. */
function listed(json: unknown): unknown[] {
  const { receipts, receipt } = (typeof json === "object" && json !== null ? json : {}) as {
    receipts?: unknown;
    receipt?: unknown;
  };
  if (Array.isArray(receipts))
    return receipts.map((item: { receipt?: unknown } | null) => item?.receipt ?? item);
  return [receipt ?? json];
}
