import { formatMoment } from "../alerts/timeWords.ts";
import { t } from "../i18n/i18n.ts";
import { etherWords } from "./etherWords.ts";

const asMoment = (seconds: unknown): string => formatMoment(Number(seconds));

/** Why a contract refuses, for every error that it names. */
const reasons: Record<string, (args: readonly unknown[]) => string> = {
  StaleHead: () =>
    t(
      "The contract refuses: the log has changed meanwhile, or this account does not operate it. Look at its state " +
        "again, then try again.",
    ),
  OperatorZero: () => t("The contract refuses: a log needs an operator."),
  LogNotOffered: () => t("The contract refuses: the log is not on offer to this account."),
  LogUnknown: () => t("The contract refuses: there is no log with this number."),
  EntrySizeInvalid: () => t("The contract refuses: this is too long or too short to be a report."),
  WithdrawalNotRequested: () => t("The contract refuses: the withdrawal was not announced."),
  WithdrawalTooEarly: ([at]) =>
    t("The contract refuses: the bond can be withdrawn after {time}.", { time: asMoment(at) }),
  NothingToWithdraw: () => t("The contract refuses: there is no bond, or open demands hold all of it."),
  CounterBondWrong: ([, amount]) =>
    t("The contract refuses: a demand takes exactly {amount}.", { amount: etherWords(amount as bigint) }),
  DemandTooEarly: ([deadline]) =>
    t("The contract refuses: the relayer has until {time}.", { time: asMoment(deadline) }),
  DemandTooLate: ([last]) =>
    t("The contract refuses: the receipt could be demanded until {time}.", { time: asMoment(last) }),
  ReceiptSignatureInvalid: () =>
    t("The contract refuses: the receipt is not signed by this relayer for this registry and chain."),
  DemandRepeated: () => t("The contract refuses: somebody has demanded this receipt before."),
  BondTooSmall: ([amount, penalty]) =>
    t("The contract refuses: the relayer’s bond is {amount}, less than the penalty of {penalty}.", {
      amount: etherWords(amount as bigint),
      penalty: etherWords(penalty as bigint),
    }),
  DemandUnknown: () => t("The contract refuses: it knows no such demand."),
  DemandSettled: () => t("The contract refuses: the demand was answered or claimed before."),
  ClaimTooEarly: ([answerBy]) =>
    t("The contract refuses: the relayer can answer until {time}.", { time: asMoment(answerBy) }),
  NothingToCollect: () => t("The contract refuses: there is nothing for this account to collect."),
};

/** @param name the error's name in the contract, if it has one */
export function revertWords(name: string | undefined, args: readonly unknown[]): string {
  const reason = name !== undefined && Object.hasOwn(reasons, name) ? reasons[name] : undefined;
  return reason ? reason(args) : t("The contract refuses, for a reason that this page does not know.");
}
