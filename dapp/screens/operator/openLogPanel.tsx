import { useState } from "react";
import { parseEventLogs, type TransactionReceipt } from "viem";
import { useConnection } from "wagmi";
import { t } from "../../i18n/i18n.ts";
import { buttonClass } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Panel } from "../../ui/panel.tsx";
import { registryAbi } from "../../wallet/abi.ts";
import { contractCall } from "../../wallet/contractCall.ts";
import { newLogLink } from "../../wallet/newLogLink.ts";
import { readAddress } from "../../wallet/readAddress.ts";
import type { Target } from "../../wallet/target.ts";
import { WalletProblemError } from "../../wallet/walletProblem.ts";
import { TransactionFlow } from "./transactionFlow.tsx";

/** Opens a log in the registry. */
export function OpenLogPanel({ target }: { target: Target }) {
  const { address: account } = useConnection();
  const [uri, setUri] = useState("");
  const [operator, setOperator] = useState("");
  return (
    <Panel>
      <h2 className="text-xl font-semibold">{t("Open a log")}</h2>
      <p>
        {t(
          "A log holds the batches of one relayer. Its operator is the account whose key the relayer has: only it can " +
            "append. A log cannot be closed or deleted.",
        )}
      </p>
      <Field
        label={t("Relayer’s address")}
        type="url"
        hint={t(
          "Where the relayer can be reached, for all to read: https://… May be empty and be changed later.",
        )}
        value={uri}
        onChange={(event) => setUri(event.target.value)}
      />
      <Field
        label={t("Operator")}
        hint={t("The account that may append. Empty: the connected account.")}
        spellCheck={false}
        autoComplete="off"
        value={operator}
        onChange={(event) => setOperator(event.target.value)}
      />
      <TransactionFlow
        label={t("Open the log")}
        look="main"
        make={() => {
          const who = operator.trim() === "" ? account : readAddress(operator);
          if (!who) throw new WalletProblemError(t("Connect a wallet first."));
          return contractCall(target.registry, registryAbi, "openLog", [who, uri.trim()]);
        }}
        says={() => <p>{t("This opens a new log. It costs the network fee and nothing else.")}</p>}
      >
        {(receipt) => <Opened receipt={receipt} target={target} />}
      </TransactionFlow>
    </Panel>
  );
}

function Opened({ receipt, target }: { receipt: TransactionReceipt; target: Target }) {
  const logs = receipt.logs.filter(({ address }) => address.toLowerCase() === target.registry);
  const [opened] = parseEventLogs({ abi: registryAbi, eventName: "LogOpened", logs });
  if (!opened)
    return <p>{t("The transaction is in the chain, but it opened no log. Is this a registry of Tocsin?")}</p>;
  const logId = Number(opened.args.logId);
  const log = { ...target, logId, fromBlock: Number(receipt.blockNumber) };
  return (
    <>
      <p className="text-lg font-semibold">{t("Log {n} is open.", { n: String(logId) })}</p>
      <p>{t("Start the relayer with this number, and let your community follow the log.")}</p>
      <div>
        <a href={newLogLink(log, opened.args.uri)} className={buttonClass("main")}>
          {t("Follow this log")}
        </a>
      </div>
    </>
  );
}
