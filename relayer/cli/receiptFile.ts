import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { parseJson } from "@tocsin/protocol/bytes/fields.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { readReceipt, type SignedReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import { CliError } from "./errors.ts";
import { readText } from "./input.ts";

/**
 * The receipt in a file: what `report submit --json` or `report status --json` printed, or the receipt alone.
 * @param leaf which of several, 32 bytes
 * @throws INPUT_UNREADABLE, RECEIPT_INVALID, USAGE_INVALID where there are several or none is of the leaf
 */
export async function readReceiptFile(path: string, leaf: Uint8Array | undefined): Promise<SignedReceipt> {
  const json = parseJson(await readText(path), "RECEIPT_INVALID", path);
  const receipts = receiptsIn(json).map((item) => readReceipt(item));
  const wanted = receipts.filter((receipt) => !leaf || equalBytes(receipt.leaf, leaf));
  const [receipt, ...others] = wanted;
  if (!receipt)
    throw new CliError("USAGE_INVALID", `${path} holds no receipt ${leaf ? "for that leaf" : ""}`.trim());
  if (others.length > 0) {
    throw new CliError("USAGE_INVALID", `${path} holds ${wanted.length} receipts: say with --leaf which one`);
  }
  return receipt;
}

function receiptsIn(json: unknown): unknown[] {
  if (typeof json !== "object" || json === null) {
    throw new TocsinError("RECEIPT_INVALID", "a receipt must be a JSON object");
  }
  if ("receipts" in json && Array.isArray(json.receipts)) return json.receipts.flatMap(receiptsIn);
  return ["receipt" in json ? json.receipt : json];
}
