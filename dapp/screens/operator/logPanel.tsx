import { useBalance } from "wagmi";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { formatLocale, t } from "../../i18n/i18n.ts";
import { Button } from "../../ui/button.tsx";
import { CopyValue } from "../../ui/copyValue.tsx";
import { Disclosure } from "../../ui/disclosure.tsx";
import { EmptyState } from "../../ui/emptyState.tsx";
import { Fact, Facts, Panel } from "../../ui/panel.tsx";
import { balanceWords } from "../../wallet/etherWords.ts";
import type { OperatedLog } from "../../wallet/operatedLog.ts";
import { AppendsTable } from "./appendsTable.tsx";
import { HandOver } from "./handOver.tsx";
import { QueryView } from "./queryView.tsx";
import { ChangeUri } from "./changeUri.tsx";
import { useOperatedLog, type ChosenLog } from "./useOperatedLog.ts";

/** A log's state, and what its operator can do with it. */
export function LogPanel(chosen: ChosenLog) {
  const query = useOperatedLog(chosen);
  if (chosen.logId === undefined) return <EmptyState title={t("Choose a log")} />;
  return (
    <QueryView query={query} title={t("The log could not be read")}>
      {(operated) => (
        <>
          <Panel label={t("State of the log")}>
            <h2 className="text-xl font-semibold">{t("Log {n}", { n: String(operated.log.logId) })}</h2>
            <LogFacts operated={operated} />
            <div>
              <Button disabled={query.isFetching} onClick={() => void query.refetch()}>
                {query.isFetching ? t("Reading the chain…") : t("Read again")}
              </Button>
            </div>
          </Panel>
          <Panel label={t("Recent appends")}>
            <h2 className="text-xl font-semibold">{t("Recent appends")}</h2>
            <AppendsTable recent={operated.recent} />
          </Panel>
          <ChangeUri target={chosen.target} operated={operated} />
          <HandOver target={chosen.target} operated={operated} />
        </>
      )}
    </QueryView>
  );
}

function LogFacts({ operated }: { operated: OperatedLog }) {
  const { log, operator, management } = operated;
  const balance = useBalance({ address: operator });
  const locale = formatLocale();
  const pays = balance.data && balance.data.value === 0n && t("nothing: it cannot pay for another append");
  return (
    <>
      <Facts>
        <Fact name={t("Operator")}>
          <CopyValue value={operator} name={t("the operator’s address")} />
        </Fact>
        <Fact name={t("The operator’s ether")}>
          {pays || (balance.data ? balanceWords(balance.data.value) : t("reading…"))}
        </Fact>
        <Fact name={t("Relayer’s address")}>
          {management.uri === "" ? t("none given") : management.uri.slice(0, 500)}
        </Fact>
        <Fact name={t("Batches")}>{log.state.size.toLocaleString(locale)}</Fact>
        <Fact name={t("Reports in them")}>{log.state.total.toLocaleString(locale)}</Fact>
        <Fact name={t("Sent directly")}>{log.directEntries.length.toLocaleString(locale)}</Fact>
      </Facts>
      <Disclosure summary={t("Technical details")}>
        <p className="text-sm text-muted">
          {t(
            "The history that the RPC gave leads to the heads in the contract: nothing is hidden, added or altered.",
          )}
        </p>
        <Facts>
          <Fact name={t("Head")} code>
            {to0x(log.head)}
          </Fact>
          <Fact name={t("Registry")} code>
            {to0x(log.registry)}
          </Fact>
          <Fact name={t("As of block")} code>
            {log.block.number}
          </Fact>
        </Facts>
      </Disclosure>
    </>
  );
}
