import { useQuery } from "@tanstack/react-query";
import { formatMoment } from "../../alerts/timeWords.ts";
import { t } from "../../i18n/i18n.ts";
import { Disclosure } from "../../ui/disclosure.tsx";
import { EmptyState } from "../../ui/emptyState.tsx";
import { Fact, Facts, Panel } from "../../ui/panel.tsx";
import { readBondState, type BondState } from "../../wallet/bondState.ts";
import { etherWords } from "../../wallet/etherWords.ts";
import type { OperatedLog } from "../../wallet/operatedLog.ts";
import { BondAddress, bondAddressOf, TermsFacts } from "./bondAddress.tsx";
import { BondMoves } from "./bondMoves.tsx";
import { DemandList } from "./demandList.tsx";
import { QueryView } from "./queryView.tsx";
import { useIsAccount } from "./useIsAccount.ts";
import { useOperatedLog, type ChosenLog } from "./useOperatedLog.ts";

type BondPanelProps = ChosenLog & { address: string; onAddress: (address: string) => void };

/** The bond of a log's operator: what it is, what moves it, and what was demanded from it. */
export function BondPanel({ address, onAddress, ...chosen }: BondPanelProps) {
  const query = useOperatedLog(chosen);
  const bond = bondAddressOf(address);
  return (
    <>
      <Panel label={t("About the bond")}>
        <h2 className="text-xl font-semibold">{t("Bond")}</h2>
        <p>
          {t(
            "A relayer promises with each receipt to anchor the report by a deadline. With a bond, a promise that is broken " +
              "costs it money. The bond belongs to the key that signs the receipts: the log’s operator.",
          )}
        </p>
        <BondAddress address={address} onAddress={onAddress} />
      </Panel>
      {chosen.logId === undefined && <EmptyState title={t("Choose a log")} />}
      {bond && (
        <QueryView query={query} title={t("The log could not be read")}>
          {(operated) => <BondOf chosen={chosen} bond={bond} operated={operated} />}
        </QueryView>
      )}
    </>
  );
}

function BondOf(props: { chosen: ChosenLog; bond: `0x${string}`; operated: OperatedLog }) {
  const { chosen, bond, operated } = props;
  const { target, source } = chosen;
  const { log, operator } = operated;
  const isOperator = useIsAccount()(operator);
  const query = useQuery({
    queryKey: ["bond", target.rpc, bond, log.logId, operator],
    queryFn: () =>
      readBondState(target, bond, {
        logId: log.logId,
        relayer: log.operator,
        fromBlock: source?.fromBlock ?? 0,
      }),
  });
  return (
    <QueryView query={query} title={t("The bond could not be read")}>
      {(state) => (
        <>
          <BondFacts state={state} operator={operator} />
          <BondMoves target={target} bond={bond} logId={log.logId} state={state} isOperator={isOperator} />
          <DemandList bond={bond} state={state} />
        </>
      )}
    </QueryView>
  );
}

function BondFacts({ state, operator }: { state: BondState; operator: string }) {
  const { bond, terms } = state;
  return (
    <Panel label={t("State of the bond")}>
      <h2 className="text-xl font-semibold">{t("The operator’s bond")}</h2>
      {bond.amount < terms.penalty && (
        <p className="font-medium">
          {t(
            "The bond is smaller than the penalty: nobody can demand anything, so receipts are not covered by it.",
          )}
        </p>
      )}
      <Facts>
        <Fact name={t("Bond")}>{etherWords(bond.amount)}</Fact>
        <Fact name={t("Held by open demands")}>{etherWords(bond.reserved)}</Fact>
        <Fact name={t("Withdrawal")}>
          {bond.withdrawableAt === 0
            ? t("not announced")
            : t("possible after {time}", { time: formatMoment(bond.withdrawableAt) })}
        </Fact>
        <Fact name={t("Operator")} code>
          {operator}
        </Fact>
      </Facts>
      <Disclosure summary={t("The contract’s terms, which never change")}>
        <TermsFacts terms={terms} />
      </Disclosure>
    </Panel>
  );
}
