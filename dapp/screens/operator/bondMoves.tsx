import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useConnection } from "wagmi";
import { t } from "../../i18n/i18n.ts";
import { Field } from "../../ui/field.tsx";
import { Panel } from "../../ui/panel.tsx";
import { bondAbi } from "../../wallet/abi.ts";
import { readCreditOf, type BondState } from "../../wallet/bondState.ts";
import { contractCall } from "../../wallet/contractCall.ts";
import { etherWords, parseEtherAmount } from "../../wallet/etherWords.ts";
import { periodWords } from "../../wallet/periodWords.ts";
import type { Target } from "../../wallet/target.ts";
import { WalletProblemError } from "../../wallet/walletProblem.ts";
import { Lasting } from "./lasting.tsx";
import { TransactionFlow } from "./transactionFlow.tsx";

interface MoveProps {
  bond: `0x${string}`;
  logId: number;
  state: BondState;
}

/** What the operator can do with its bond, and anybody with what it is owed. */
export function BondMoves({
  target,
  isOperator,
  ...of
}: MoveProps & { target: Target; isOperator: boolean }) {
  return (
    <Panel label={t("Move the bond")}>
      <h2 className="text-xl font-semibold">{t("Move the bond")}</h2>
      {isOperator ? (
        <>
          <Deposit {...of} />
          <Withdrawal {...of} />
        </>
      ) : (
        <p className="text-muted">
          {t("Only the operator’s account can add to its bond or withdraw it: connect that one.")}
        </p>
      )}
      <Collect target={target} bond={of.bond} />
    </Panel>
  );
}

function Deposit({ bond, logId, state }: MoveProps) {
  const [amount, setAmount] = useState("");
  const { penalty, withdrawalDelay } = state.terms;
  return (
    <>
      <Field
        label={t("Add to the bond, in ether")}
        inputMode="decimal"
        autoComplete="off"
        hint={t("Demands cost {penalty} each where they are not answered.", { penalty: etherWords(penalty) })}
        value={amount}
        onChange={(event) => setAmount(event.target.value)}
      />
      <TransactionFlow
        label={t("Add to the bond")}
        make={() => {
          const wei = parseEtherAmount(amount);
          if (wei === undefined) throw new WalletProblemError(t("Enter an amount of ether, such as 0.5."));
          return contractCall(bond, bondAbi, "deposit", [BigInt(logId)], wei);
        }}
        says={() => (
          <p>
            {t("The ether below goes into the bond. To get it back takes {period} from the announcement.", {
              period: periodWords(withdrawalDelay),
            })}
          </p>
        )}
      >
        {() => <p className="font-semibold">{t("The bond is larger now.")}</p>}
      </TransactionFlow>
    </>
  );
}

function Withdrawal({ bond, logId, state }: MoveProps) {
  const { withdrawableAt, amount, reserved } = state.bond;
  const isAnnounced = withdrawableAt > 0;
  const args = [BigInt(logId)] as const;
  const period = periodWords(state.terms.withdrawalDelay);
  return (
    <>
      <Lasting when={!isAnnounced}>
        <TransactionFlow
          label={t("Announce a withdrawal")}
          make={() => contractCall(bond, bondAbi, "requestWithdrawal", args)}
          says={() => (
            <p>
              {t(
                "You can withdraw the bond {period} from now. Until then everything that was promised can still be demanded. " +
                  "Readers see that you withdraw: sign no receipts meanwhile.",
                { period },
              )}
            </p>
          )}
        >
          {() => <p className="font-semibold">{t("The withdrawal is announced.")}</p>}
        </TransactionFlow>
      </Lasting>
      <Lasting when={isAnnounced}>
        <TransactionFlow
          label={t("Withdraw the bond")}
          make={() => contractCall(bond, bondAbi, "withdraw", args)}
          says={() => (
            <p>
              {t("{amount} is credited to your account. Collect it afterwards.", {
                amount: etherWords(amount - reserved),
              })}
            </p>
          )}
        >
          {() => <p className="font-semibold">{t("The bond is credited to you. Collect it below.")}</p>}
        </TransactionFlow>
      </Lasting>
      <Lasting when={isAnnounced}>
        <TransactionFlow
          label={t("Take the announcement back")}
          make={() => contractCall(bond, bondAbi, "cancelWithdrawal", args)}
          says={() => (
            <p>
              {t("The bond stays. To withdraw it later takes {period} from another announcement.", {
                period,
              })}
            </p>
          )}
        >
          {() => <p className="font-semibold">{t("The announcement is taken back.")}</p>}
        </TransactionFlow>
      </Lasting>
    </>
  );
}

function Collect({ target, bond }: { target: Target; bond: `0x${string}` }) {
  const { address: account } = useConnection();
  const { data: credit } = useQuery({
    queryKey: ["credit", target.rpc, bond, account],
    queryFn: () => readCreditOf(target, bond, account!),
    enabled: account !== undefined,
  });
  if (!account || credit === undefined) return null;
  return (
    <>
      {credit > 0n ? (
        <p>{t("The contract owes your account {amount}.", { amount: etherWords(credit) })}</p>
      ) : (
        <p className="text-muted">{t("There is nothing for your account to collect.")}</p>
      )}
      <Lasting when={credit > 0n}>
        <TransactionFlow
          label={t("Collect it")}
          make={() => contractCall(bond, bondAbi, "collect", [account])}
          says={() => <p>{t("{amount} is paid to your account.", { amount: etherWords(credit) })}</p>}
        >
          {() => <p className="font-semibold">{t("It is paid.")}</p>}
        </TransactionFlow>
      </Lasting>
    </>
  );
}
