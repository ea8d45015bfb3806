import { describe, expect, it } from "vitest";
import { readRefusal } from "./broadcastErrors.ts";

const WORDS: [string | undefined, string[]][] = [
  [
    undefined,
    [
      "already known",
      "known transaction: 0x1234",
      "AlreadyKnown",
      "ALREADY_EXISTS: already known",
      "Known transaction",
      "transaction already imported",
      "Transaction with the same hash was already imported.",
    ],
  ],
  [
    "NONCE_TOO_LOW",
    [
      "nonce too low",
      "nonce too low: next nonce 5, tx nonce 4",
      "Nonce too low",
      "OldNonce, Current nonce: 5, nonce of rejected tx: 4",
      "transaction nonce is too low",
    ],
  ],
  [
    "NONCE_TOO_HIGH",
    [
      "nonce too high",
      "NonceGap, Future nonce. Expected nonce: 4",
      "Transaction nonce is too distant from current sender nonce",
      "future transaction tries to replace pending",
    ],
  ],
  [
    "REPLACEMENT_UNDERPRICED",
    [
      "replacement transaction underpriced",
      "Replacement transaction underpriced",
      "ReplacementNotAllowed",
      "could not replace existing tx",
      "Transaction gas price supplied is too low. There is another transaction with same nonce in the queue.",
    ],
  ],
  [
    "UNDERPRICED",
    [
      "transaction underpriced",
      "transaction underpriced: gas tip cap 0, minimum needed 1000000",
      "max fee per gas less than block base fee",
      "max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1 baseFee: 7",
      "FeeTooLow, MaxFeePerGas too low. MaxFeePerGas: 1, BaseFee: 7",
      "FeeTooLowToCompete",
      "Gas price below configured minimum gas price",
      "transaction max fee per gas below block base fee",
      "fee too low",
    ],
  ],
  [
    "INSUFFICIENT_FUNDS",
    [
      "insufficient funds for gas * price + value: balance 1, tx cost 2, overshot 1",
      "Insufficient funds for gas * price + value",
      "InsufficientFunds, Account balance: 0, cumulative cost: 5",
      "Upfront cost exceeds account balance",
      "sender doesn't have enough funds to send tx",
    ],
  ],
  [
    "NODE_BUSY",
    [
      "txpool is full",
      "Too Many Requests",
      "rate limit exceeded",
      "request timed out",
      "Service Unavailable",
    ],
  ],
  [
    "REFUSED",
    [
      "intrinsic gas too low",
      "exceeds block gas limit",
      "invalid sender",
      "tx fee exceeds the configured cap",
    ],
  ],
];

describe("readRefusal", () => {
  it.each(WORDS.flatMap(([code, words]) => words.map((text) => [code ?? "no error", text] as const)))(
    "finds %s in: %s",
    (code, words) => {
      expect(readRefusal(words)?.code ?? "no error").toBe(code);
    },
  );

  it("keeps the node's own words", () => {
    expect(readRefusal("something new")?.message).toContain("something new");
  });
});
