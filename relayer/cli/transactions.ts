import {
  isError,
  JsonRpcProvider,
  Wallet,
  type ContractTransactionResponse,
  type TransactionReceipt,
  type TransactionResponse,
} from "ethers";
import { getChainId } from "@tocsin/protocol/check/rpc.ts";
import { CliError } from "./errors.ts";
import { jsonRpc } from "../net/jsonRpc.ts";
import { note } from "./output.ts";

const POLLING_MS = 1_000;
const MINED_WITHIN_MS = 300_000;

/** A mined transaction, and the chain it was mined in. */
export interface Mined {
  chainId: number;
  receipt: TransactionReceipt;
}

/**
 * Sends one transaction and waits until it is mined.
 * @param send makes and broadcasts it with the given account
 * @throws USAGE_INVALID for no private key of the curve, RPC_UNAVAILABLE, FUNDS_INSUFFICIENT, TRANSACTION_FAILED
 */
export async function transact(
  url: string,
  privateKey: string,
  send: (account: Wallet) => Promise<ContractTransactionResponse | TransactionResponse>,
): Promise<Mined> {
  // Asked first: a provider of ethers that cannot reach its node tries for ever.
  const chainId = await getChainId(jsonRpc(url));
  const provider = new JsonRpcProvider(url, chainId, { staticNetwork: true, pollingInterval: POLLING_MS });
  try {
    const account = toWallet(privateKey, provider);
    note(`sending from ${account.address} on chain ${chainId}`);
    const sent = await send(account);
    note(`waiting for transaction ${sent.hash}`);
    const receipt = await sent.wait(1, MINED_WITHIN_MS);
    if (!receipt) throw new CliError("TRANSACTION_FAILED", `transaction ${sent.hash} was not mined`);
    return { chainId, receipt };
  } catch (error) {
    throw explain(error);
  } finally {
    provider.destroy();
  }
}

function toWallet(privateKey: string, provider: JsonRpcProvider): Wallet {
  try {
    return new Wallet(privateKey, provider);
  } catch {
    throw new CliError("USAGE_INVALID", "the private key is not one of secp256k1");
  }
}

/** ethers' errors carry whole requests: only their short message is passed on. */
function explain(error: unknown): unknown {
  if (isError(error, "INSUFFICIENT_FUNDS")) {
    return new CliError("FUNDS_INSUFFICIENT", "the account has not enough ether to pay for the transaction");
  }
  if (!(error instanceof Error) || !("shortMessage" in error)) return error;
  if (isError(error, "CALL_EXCEPTION") && error.revert) {
    const { name, args } = error.revert;
    return new CliError("TRANSACTION_FAILED", `the contract refuses: ${name}(${args.join(", ")})`);
  }
  return new CliError("TRANSACTION_FAILED", String(error.shortMessage));
}
