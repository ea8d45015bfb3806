import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { formatMoment } from "../../alerts/timeWords.ts";
import { msg, t } from "../../i18n/i18n.ts";
import { Disclosure } from "../../ui/disclosure.tsx";
import { Fact, Facts, Panel } from "../../ui/panel.tsx";
import { bondAbi } from "../../wallet/abi.ts";
import type { BondState, DemandState, StatedDemand } from "../../wallet/bondState.ts";
import { contractCall } from "../../wallet/contractCall.ts";
import { etherWords } from "../../wallet/etherWords.ts";
import { Lasting } from "./lasting.tsx";
import { TransactionFlow } from "./transactionFlow.tsx";

const STATES: Record<DemandState, string> = {
  open: msg("Open: the relayer can still answer"),
  claimable: msg("Not answered in time: it can be claimed"),
  answered: msg("Answered: the relayer kept its promise"),
  claimed: msg("Claimed: the relayer paid the penalty"),
};

/** What was demanded from a bond, newest first. */
export function DemandList({ bond, state }: { bond: `0x${string}`; state: BondState }) {
  const { demands } = state;
  return (
    <Panel label={t("Demands")}>
      <h2 className="text-xl font-semibold">{t("Demands")}</h2>
      {demands.length === 0 && (
        <p className="text-muted">{t("Nobody has demanded anything of this bond.")}</p>
      )}
      {demands.some((demand) => demand.state === "open") && (
        <p>{t("A relayer that was started with this bond contract answers open demands by itself.")}</p>
      )}
      <ul className="flex flex-col gap-4">
        {demands.map((demand) => (
          <li key={demand.demandId} className="border-t border-line pt-3">
            <DemandView bond={bond} state={state} demand={demand} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function DemandView({
  bond,
  state,
  demand,
}: {
  bond: `0x${string}`;
  state: BondState;
  demand: StatedDemand;
}) {
  const { demandId, deadline, answerBy } = demand;
  const { penalty, counterBond } = state.terms;
  return (
    <div className="flex flex-col gap-2">
      <p className="font-semibold">{t(STATES[demand.state])}</p>
      <Facts>
        <Fact name={t("Promised by")}>{formatMoment(deadline)}</Fact>
        <Fact name={t("To be answered by")}>{formatMoment(answerBy)}</Fact>
      </Facts>
      <Lasting when={demand.state === "claimable"}>
        <TransactionFlow
          label={t("Claim the penalty")}
          make={() => contractCall(bond, bondAbi, "claim", [demandId as `0x${string}`])}
          says={() => (
            <p>
              {t(
                "The relayer’s bond loses {penalty}. Half of it, and the counter-bond of {counterBond}, is credited to who " +
                  "demanded; the other half is burnt. Whoever claims pays only the network fee.",
                { penalty: etherWords(penalty), counterBond: etherWords(counterBond) },
              )}
            </p>
          )}
        >
          {() => <p className="font-semibold">{t("It is claimed. Who demanded can collect now.")}</p>}
        </TransactionFlow>
      </Lasting>
      <Disclosure summary={t("Technical details")}>
        <Facts>
          <Fact name={t("Demand")} code>
            {demandId}
          </Fact>
          <Fact name={t("Leaf")} code>
            {to0x(demand.leaf)}
          </Fact>
          <Fact name={t("Demanded by")} code>
            {to0x(demand.demander)}
          </Fact>
          <Fact name={t("The log’s head then")} code>
            {to0x(demand.head)}
          </Fact>
          <Fact name={t("Transaction")} code>
            {demand.transactionHash}
          </Fact>
        </Facts>
      </Disclosure>
    </div>
  );
}
