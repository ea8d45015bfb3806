import { useState } from "react";
import { t } from "../../i18n/i18n.ts";
import { Field } from "../../ui/field.tsx";
import { Panel } from "../../ui/panel.tsx";
import { registryAbi } from "../../wallet/abi.ts";
import { contractCall } from "../../wallet/contractCall.ts";
import { shownState, type OperatedLog } from "../../wallet/operatedLog.ts";
import type { Target } from "../../wallet/target.ts";
import { TransactionFlow } from "./transactionFlow.tsx";
import { useIsAccount } from "./useIsAccount.ts";

/** Announces where a log's relayer can be reached. */
export function ChangeUri({ target, operated }: { target: Target; operated: OperatedLog }) {
  const [uri, setUri] = useState("");
  const isOperator = useIsAccount()(operated.operator);
  return (
    <Panel label={t("Relayer’s address")}>
      <h2 className="text-xl font-semibold">{t("Relayer’s address")}</h2>
      {isOperator ? (
        <>
          <Field
            label={t("New address")}
            type="url"
            hint={t("Where the relayer can be reached, for all to read: https://…")}
            value={uri}
            onChange={(event) => setUri(event.target.value)}
          />
          <TransactionFlow
            label={t("Change the address")}
            make={() =>
              contractCall(target.registry, registryAbi, "setUri", [...shownState(operated), uri.trim()])
            }
            says={({ args }) => (
              <p>
                {t("Everybody will see “{uri}” as the address of this log’s relayer.", {
                  uri: String(args.at(-1)),
                })}
              </p>
            )}
          >
            {() => <p className="font-semibold">{t("The address is changed.")}</p>}
          </TransactionFlow>
        </>
      ) : (
        <p className="text-muted">{t("Only the operator’s account can change it: connect that one.")}</p>
      )}
    </Panel>
  );
}
