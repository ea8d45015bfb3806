import {
  BaseError,
  ChainMismatchError,
  ContractFunctionRevertedError,
  InsufficientFundsError,
  WaitForTransactionReceiptTimeoutError,
} from "viem";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { t } from "../i18n/i18n.ts";
import { revertWords } from "./revertWords.ts";

/** Why something did not work: in words, and as the machine says it. */
export interface WalletProblem {
  words: string;
  /** Left out where the words say all. */
  details?: string;
}

/** A problem that was found before anybody was asked. */
export class WalletProblemError extends Error {
  constructor(words: string) {
    super(words);
    this.name = "WalletProblemError";
  }
}

/** Codes of EIP-1193 and EIP-1474. */
const REJECTED = 4_001;
const UNAUTHORIZED = 4_100;
const DISCONNECTED = new Set([4_900, 4_901]);
const CHAIN_UNKNOWN = 4_902;
const ALREADY_ASKING = -32_002;

/** What viem, wagmi, a wallet or the protocol failed with, in words. Wallets fail with anything. */
export function toProblem(error: unknown): WalletProblem {
  if (error instanceof WalletProblemError) return { words: error.message };
  return { words: wordsOf(error), details: detailsOf(error) };
}

/** The words for an account that cannot pay. */
export function noFundsWords(): string {
  return t("This account does not have enough ether to pay for it. Send some to it on this chain first.");
}

function wordsOf(error: unknown): string {
  const causes = causesOf(error);
  const codes = causes.map((cause) => (cause as { code?: unknown }).code);
  const has = (code: number): boolean => codes.includes(code);
  if (has(REJECTED)) return t("You declined it in your wallet. Nothing was sent.");
  if (has(ALREADY_ASKING))
    return t("Your wallet is already asking you something. Open it and answer there first.");
  const reverted = causes.find((cause) => cause instanceof ContractFunctionRevertedError);
  if (reverted) return revertWords(reverted.data?.errorName, reverted.data?.args ?? []);
  if (
    causes.some(
      (cause) => cause instanceof InsufficientFundsError || /insufficient funds/i.test(cause.message),
    )
  ) {
    return noFundsWords();
  }
  if (has(CHAIN_UNKNOWN))
    return t("Your wallet does not know this chain. Add it in the wallet, then try again.");
  if (causes.some((cause) => cause instanceof ChainMismatchError)) {
    return t("Your wallet is on another chain than the registry. Switch the network, then try again.");
  }
  if (has(UNAUTHORIZED)) return t("Your wallet no longer lets this page use the account. Connect it again.");
  if (codes.some((code) => DISCONNECTED.has(code as number))) {
    return t("Your wallet has no connection to the chain. See whether it is online, then try again.");
  }
  if (causes.some((cause) => cause instanceof WaitForTransactionReceiptTimeoutError)) {
    return t(
      "The transaction was sent, but has not been mined for a long time. Your wallet can say what became of it.",
    );
  }
  if (
    causes.some(
      (cause) => cause.name === "HttpRequestError" || cause.name === "TimeoutError" || isRpcCode(cause),
    )
  ) {
    return t("The RPC did not answer. See whether this device is online and the RPC’s address is right.");
  }
  return t("It did not work, and this page does not know why. The details below may help.");
}

/** An error and all that caused it; what is no error, as wallets throw it, counts too. */
function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let cause = error; typeof cause === "object" && cause !== null && causes.length < 20;) {
    const { message } = cause as { message?: unknown };
    causes.push(typeof message === "string" ? (cause as Error) : Object.assign(new Error(""), cause));
    cause = (cause as { cause?: unknown }).cause;
  }
  return causes;
}

function isRpcCode(error: Error): boolean {
  return error instanceof TocsinError && error.code === "RPC_UNAVAILABLE";
}

/** viem's own messages repeat the whole request: the short one and the node's words are enough. */
function detailsOf(error: unknown): string {
  if (error instanceof BaseError) {
    return error.details === "" ? error.shortMessage : `${error.shortMessage} ${error.details}`;
  }
  const { message } = (typeof error === "object" && error !== null ? error : {}) as { message?: unknown };
  return typeof message === "string" ? message : String(error);
}
