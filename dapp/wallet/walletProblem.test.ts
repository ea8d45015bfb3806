import {
  ChainMismatchError,
  ContractFunctionExecutionError,
  ContractFunctionRevertedError,
  encodeErrorResult,
  InsufficientFundsError,
  TransactionExecutionError,
  UserRejectedRequestError,
  type Abi,
} from "viem";
import { expect, it } from "vitest";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { bondAbi, registryAbi } from "./abi.ts";
import { revertWords } from "./revertWords.ts";
import { toProblem, WalletProblemError } from "./walletProblem.ts";

const declined = "You declined it in your wallet. Nothing was sent.";
const inTransaction = (cause: ConstructorParameters<typeof TransactionExecutionError>[0]) =>
  new TransactionExecutionError(cause, { account: null, data: "0xc0ffee" });

function reverted(abi: Abi, errorName: string, args: readonly unknown[]): Error {
  const data = encodeErrorResult({ abi, errorName, args });
  const cause = new ContractFunctionRevertedError({ abi, data, functionName: "claim" });
  return new ContractFunctionExecutionError(cause, { abi, functionName: "claim", args: [] });
}

it("knows a refusal of the wallet's user, however the wallet words it", () => {
  const rejected = new UserRejectedRequestError(new Error("MetaMask Tx Signature: User denied"));
  expect(toProblem(rejected).words).toBe(declined);
  expect(toProblem(inTransaction(rejected)).words).toBe(declined);
  // EIP-1193 asks for an Error, and some wallets throw a plain object.
  expect(toProblem({ code: 4001, message: "no" })).toEqual({ words: declined, details: "no" });
});

it("says why else a wallet or an RPC did not do it", () => {
  expect(toProblem(inTransaction(new InsufficientFundsError())).words).toMatch(/not have enough ether/);
  expect(toProblem(new Error("insufficient funds for gas * price + value")).words).toMatch(
    /not have enough ether/,
  );
  expect(toProblem({ code: -32_002, message: "already pending" }).words).toMatch(/already asking/);
  const chain = { id: 1, name: "One" } as ConstructorParameters<typeof ChainMismatchError>[0]["chain"];
  expect(toProblem(new ChainMismatchError({ chain, currentChainId: 5 })).words).toMatch(/on another chain/);
  expect(toProblem(new TocsinError("RPC_UNAVAILABLE", "no answer")).words).toMatch(/RPC did not answer/);
});

it("passes on what this page says itself, and survives whatever a wallet throws", () => {
  expect(toProblem(new WalletProblemError("Say this."))).toEqual({ words: "Say this." });
  for (const thrown of [undefined, null, "words", 7, {}, { message: 5 }, { cause: {} }]) {
    expect(toProblem(thrown).words).toMatch(/does not know why/);
  }
  const loop: { cause?: unknown } = {};
  loop.cause = loop;
  expect(toProblem(loop).words).toMatch(/does not know why/);
});

it("keeps the request out of the details", () => {
  const { details } = toProblem(inTransaction(new InsufficientFundsError()));
  expect(details).not.toContain("c0ffee");
});

it("says a contract's reasons in words, with their amounts and times", () => {
  expect(toProblem(reverted(registryAbi, "StaleHead", [1n])).words).toMatch(/the log has changed meanwhile/);
  expect(toProblem(reverted(bondAbi, "BondTooSmall", [10n ** 17n, 10n ** 18n])).words).toBe(
    "The contract refuses: the relayer’s bond is 0.1 ether, less than the penalty of 1 ether.",
  );
  expect(toProblem(reverted(bondAbi, "ClaimTooEarly", [1_790_000_000n])).words).toMatch(
    /can answer until .*2026/,
  );
});

it("has words for every error that a call of these screens can meet", () => {
  // What answers and batches meet: a relayer sends those.
  const others = ["BatchEmpty", "AnswerTooLate", "AnswerHeadWrong", "AnswerNotIncluded"];
  for (const entry of [...registryAbi, ...bondAbi]) {
    if (entry.type !== "error" || others.includes(entry.name)) continue;
    expect(
      revertWords(
        entry.name,
        entry.inputs.map(() => 1n),
      ),
      entry.name,
    ).not.toMatch(/does not know/);
  }
  expect(revertWords("toString", [])).toMatch(/does not know/);
});
