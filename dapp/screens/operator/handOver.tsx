import { useState } from "react";
import { t } from "../../i18n/i18n.ts";
import { Field } from "../../ui/field.tsx";
import { CopyValue } from "../../ui/copyValue.tsx";
import { Fact, Facts, Panel } from "../../ui/panel.tsx";
import { registryAbi } from "../../wallet/abi.ts";
import { contractCall } from "../../wallet/contractCall.ts";
import { shownState, type OperatedLog } from "../../wallet/operatedLog.ts";
import { readAddress } from "../../wallet/readAddress.ts";
import type { Target } from "../../wallet/target.ts";
import { Lasting } from "./lasting.tsx";
import { TransactionFlow } from "./transactionFlow.tsx";
import { useIsAccount } from "./useIsAccount.ts";

const NOBODY = "0x0000000000000000000000000000000000000000";

interface Of {
  target: Target;
  operated: OperatedLog;
}

/** Hands a log over in two steps: the operator offers it, the other account accepts. */
export function HandOver({ target, operated }: Of) {
  const isAccount = useIsAccount();
  const { operator, management } = operated;
  const { offeredTo } = management;
  return (
    <Panel label={t("Hand the log over")}>
      <h2 className="text-xl font-semibold">{t("Hand the log over")}</h2>
      <p>
        {t(
          "It takes two steps: the operator offers the log to an account, and that account accepts. Until then nothing " +
            "changes. Once it is accepted it is final: only the new operator could give it back.",
        )}
      </p>
      {offeredTo === undefined ? (
        <p className="font-medium">{t("The log is not on offer.")}</p>
      ) : (
        <>
          <p className="font-medium">{t("The log is on offer, and not accepted yet.")}</p>
          <Facts>
            <Fact name={t("Offered to")}>
              <CopyValue value={offeredTo} name={t("the address of the account")} />
            </Fact>
          </Facts>
        </>
      )}
      {isAccount(operator) && <Offer target={target} operated={operated} />}
      <Lasting when={isAccount(offeredTo)}>
        <Accept target={target} operated={operated} />
      </Lasting>
      {!isAccount(operator) && !isAccount(offeredTo) && (
        <p className="text-muted">{t("Only the operator’s account can offer it: connect that one.")}</p>
      )}
    </Panel>
  );
}

function Offer({ target, operated }: Of) {
  const [to, setTo] = useState("");
  const { offeredTo } = operated.management;
  const offer = (account: `0x${string}`) =>
    contractCall(target.registry, registryAbi, "offerLog", [...shownState(operated), account]);
  return (
    <>
      <Field
        label={t("New operator")}
        hint={t("The account’s address. Make sure that somebody has its key.")}
        spellCheck={false}
        autoComplete="off"
        value={to}
        onChange={(event) => setTo(event.target.value)}
      />
      <TransactionFlow
        label={t("Offer the log")}
        look="danger"
        make={() => offer(readAddress(to))}
        says={({ args }) => (
          <>
            <p>{t("You offer the log to {account}.", { account: String(args.at(-1)) })}</p>
            <p>
              {t(
                "You stay its operator and can take the offer back until that account accepts. After that you cannot " +
                  "append, and no longer answer for it. Your bond stays yours.",
              )}
            </p>
          </>
        )}
      >
        {() => (
          <p className="font-semibold">{t("The log is on offer. The other account can accept it now.")}</p>
        )}
      </TransactionFlow>
      <Lasting when={offeredTo !== undefined}>
        <TransactionFlow
          label={t("Take the offer back")}
          make={() => offer(NOBODY)}
          says={() => <p>{t("Nobody can accept the log any more.")}</p>}
        >
          {() => <p className="font-semibold">{t("The offer is taken back.")}</p>}
        </TransactionFlow>
      </Lasting>
    </>
  );
}

function Accept({ target, operated }: Of) {
  const { operator } = operated;
  return (
    <TransactionFlow
      label={t("Accept the log")}
      look="main"
      make={() => {
        const [logId, ...state] = shownState(operated);
        return contractCall(target.registry, registryAbi, "acceptLog", [logId, operator, ...state]);
      }}
      says={() => (
        <>
          <p>{t("You become the operator of this log. This is final.")}</p>
          <p>
            {t("From then on only your account can append to it: have your relayer ready with this key.")}
          </p>
        </>
      )}
    >
      {() => <p className="font-semibold">{t("You operate this log now.")}</p>}
    </TransactionFlow>
  );
}
