import { expect, test } from "vitest";
import { fromHex } from "@tocsin/protocol/bytes/hex.ts";
import { receiptSigner, signReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import type { OwnReport } from "./ownReport.ts";
import { checkReceipt } from "./send.ts";

const log = { chainId: 31_337, registry: `0x${"ab".repeat(20)}`, logId: 1 };
const leaf = "cd".repeat(32);
const report: OwnReport = {
  leaf,
  bytes: new Uint8Array(154),
  createdAt: 0,
  covers: { from: 0, to: 900 },
  memo: new Uint8Array(20),
  log,
  relayer: "https://relayer.example.org",
  state: "unsent",
};
const promise = {
  ...log,
  registry: fromHex(log.registry, "registry"),
  leaf: fromHex(leaf, "leaf"),
  deadline: 1_800_000_000,
};
const relayerKey = new Uint8Array(32).fill(7);
const operator = receiptSigner(signReceipt(promise, relayerKey));

test("takes a receipt that the operator signed for this report", () => {
  expect(() => checkReceipt(signReceipt(promise, relayerKey), report, operator)).not.toThrow();
});

test.each([
  ["another leaf", { leaf: new Uint8Array(32) }],
  ["another log", { logId: 2 }],
  ["another chain", { chainId: 1 }],
  ["another registry", { registry: new Uint8Array(20) }],
])("refuses a receipt for %s, though the operator signed it", (_, change) => {
  const receipt = signReceipt({ ...promise, ...change }, relayerKey);
  expect(() => checkReceipt(receipt, report, operator)).toThrow(
    expect.objectContaining({ code: "RECEIPT_INVALID" }),
  );
});

test("refuses a receipt that another key signed", () => {
  const receipt = signReceipt(promise, new Uint8Array(32).fill(8));
  expect(() => checkReceipt(receipt, report, operator)).toThrow(
    expect.objectContaining({ code: "RECEIPT_INVALID" }),
  );
});
