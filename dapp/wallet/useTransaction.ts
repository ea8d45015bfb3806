import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { Address, Hash, TransactionReceipt } from "viem";
import {
  estimateContractGas,
  getBalance,
  getCode,
  getGasPrice,
  simulateContract,
  waitForTransactionReceipt,
} from "viem/actions";
import { useConfig, useConnection, type Config } from "wagmi";
import { writeContract } from "wagmi/actions";
import { t } from "../i18n/i18n.ts";
import type { ContractCall } from "./contractCall.ts";
import { noFundsWords, toProblem, WalletProblemError, type WalletProblem } from "./walletProblem.ts";

const MINED_WITHIN_MS = 600_000;

/** How far a transaction is. `ready`: it would work, and the person is asked whether to go on. */
export type TransactionState =
  | { step: "idle" }
  | { step: "checking" }
  | { step: "ready"; call: ContractCall; account: Address; gas: bigint; fee: bigint }
  | { step: "asking" }
  | { step: "sent"; hash: Hash }
  | { step: "mined"; receipt: TransactionReceipt }
  | { step: "failed"; problem: WalletProblem; hash?: Hash };

interface Transaction {
  state: TransactionState;
  /** Makes the call and tries it on the chain without sending anything. */
  prepare: (make: () => ContractCall | Promise<ContractCall>) => Promise<void>;
  /** Asks the wallet to send what was prepared, and waits until it is mined. */
  send: () => Promise<void>;
  reset: () => void;
}

/** One transaction of the connected account: tried, confirmed, sent and mined. */
export function useTransaction(): Transaction {
  const config = useConfig();
  const { address: account, connector } = useConnection();
  const queries = useQueryClient();
  const [state, setState] = useState<TransactionState>({ step: "idle" });
  const turn = useRef(0);

  /** Runs one stretch of it. What has been reset meanwhile has nothing more to say. */
  const run = async (work: (tell: (state: TransactionState) => void) => Promise<void>): Promise<void> => {
    const mine = ++turn.current;
    let hash: Hash | undefined;
    const tell = (next: TransactionState): void => {
      if (next.step === "sent") hash = next.hash;
      if (turn.current === mine) setState(next);
    };
    try {
      await work(tell);
    } catch (error) {
      tell({ step: "failed", problem: toProblem(error), ...(hash === undefined ? {} : { hash }) });
    }
  };

  return {
    state,
    prepare: (make) =>
      run(async (tell) => {
        tell({ step: "checking" });
        if (!account) throw new WalletProblemError(t("Connect a wallet first."));
        const call = await make();
        tell({ step: "ready", call, account, ...(await tryCall(config, call, account)) });
      }),
    send: () =>
      run(async (tell) => {
        if (state.step !== "ready" || !account || !connector) return;
        if (account !== state.account) {
          throw new WalletProblemError(
            t("Another account is chosen in your wallet now. Try again with this one."),
          );
        }
        const [{ id: chainId }] = config.chains;
        tell({ step: "asking" });
        const hash = await writeContract(config, { ...state.call, account, connector, chainId });
        tell({ step: "sent", hash });
        const receipt = await waitUntilMined(config, hash);
        tell({ step: "mined", receipt });
        // Whatever the screens show of the chain may be different now.
        await queries.invalidateQueries();
      }),
    reset: () => {
      turn.current++;
      setState({ step: "idle" });
    },
  };
}

/** Tries a call on the newest block. Rejects with why it would fail; nothing is sent. */
async function tryCall(
  config: Config,
  call: ContractCall,
  account: Address,
): Promise<{ gas: bigint; fee: bigint }> {
  const client = config.getClient();
  // A call of what is no contract succeeds, and the ether sent along is gone.
  const code = await getCode(client, { address: call.address });
  if (code === undefined)
    throw new WalletProblemError(t("There is no contract at this address on this chain."));
  const balance = await getBalance(client, { address: account });
  if (balance <= call.value) throw new WalletProblemError(noFundsWords());
  await simulateContract(client, { ...call, account });
  const gas = await estimateContractGas(client, { ...call, account });
  const fee = gas * (await getGasPrice(client));
  if (balance < call.value + fee) throw new WalletProblemError(noFundsWords());
  return { gas, fee };
}

async function waitUntilMined(config: Config, hash: Hash): Promise<TransactionReceipt> {
  const replaced: string[] = [];
  const receipt = await waitForTransactionReceipt(config.getClient(), {
    hash,
    timeout: MINED_WITHIN_MS,
    onReplaced: ({ reason }) => void replaced.push(reason),
  });
  // The same at a higher price is still what was sent.
  if (replaced.some((reason) => reason !== "repriced")) {
    throw new WalletProblemError(
      t("The transaction was cancelled or replaced in the wallet. Nothing was done here."),
    );
  }
  if (receipt.status === "reverted") {
    throw new WalletProblemError(
      t(
        "The transaction was mined, but the contract refused it: something changed at the last moment. Nothing was " +
          "done, and the network fee is spent.",
      ),
    );
  }
  return receipt;
}
