import { useId, useState } from "react";
import { formatSpan } from "../../alerts/timeWords.ts";
import { t } from "../../i18n/i18n.ts";
import type { Store } from "../../storage/store.ts";
import { useStored } from "../../storage/useStored.ts";
import { Choice, Choices } from "../../ui/choice.tsx";
import { EmptyState } from "../../ui/emptyState.tsx";
import { Field } from "../../ui/field.tsx";
import { Panel } from "../../ui/panel.tsx";
import { useNow } from "../../ui/useNow.ts";
import { directCall, readReportHex, strandedReports } from "../../wallet/directReport.ts";
import { WalletProblemError } from "../../wallet/walletProblem.ts";
import { usePage } from "../context.ts";
import { TransactionFlow } from "./transactionFlow.tsx";
import type { ChosenLog } from "./useOperatedLog.ts";

const loadReports = (store: Store) => store.ownReports();

/** Sends a signed report to the contract itself, around a relayer that refuses or ignores it. */
export function DirectPanel({ target, logId }: ChosenLog) {
  const { store } = usePage();
  const now = useNow();
  const group = useId();
  const own = useStored(store, loadReports) ?? [];
  const [leaf, setLeaf] = useState<string>();
  const [hex, setHex] = useState("");
  const [isAgreed, setAgreed] = useState(false);
  if (logId === undefined) return <EmptyState title={t("Choose a log")} />;
  const stranded = strandedReports(own, target, logId, now);
  const chosen = stranded.find((report) => report.leaf === leaf);
  return (
    <Panel label={t("Send a report directly")}>
      <h2 className="text-xl font-semibold">{t("Send a report around the relayer")}</h2>
      <p>
        {t(
          "Anybody may send a signed report to the contract itself. Readers find it without any relayer. It takes one " +
            "transaction a report, whose fee you pay.",
        )}
      </p>
      <Panel tone="caution" label={t("Your privacy")}>
        <h3 className="text-lg font-semibold">{t("This can tell others who you are")}</h3>
        <p>
          {t(
            "The address of your account is tied to the report for ever, for everybody to see. Whoever knows that the " +
              "account is yours learns that you reported, and what. All reports that it sends are linked to each other.",
          )}
        </p>
        <p>
          {t(
            "Use a fresh account for this one report, paid from a source that does not lead to you, or have somebody else " +
              "send it from theirs: it is signed, so they cannot alter it, but they see it. The RPC and your wallet’s maker " +
              "see your network address.",
          )}
        </p>
        <Choice
          type="checkbox"
          checked={isAgreed}
          onChange={(event) => setAgreed(event.target.checked)}
          label={t("I understand that this account is tied to the report for ever")}
        />
      </Panel>
      {stranded.length > 0 && (
        <Choices legend={t("Which report?")}>
          {stranded.map((report) => (
            <Choice
              key={report.leaf}
              type="radio"
              name={group}
              label={t("Your report of {span}", { span: formatSpan(report.covers.from, report.covers.to) })}
              note={
                report.state === "unsent"
                  ? t("The relayer has not taken it.")
                  : t("The relayer took it and has not anchored it by its deadline.")
              }
              checked={chosen === report}
              onChange={() => setLeaf(report.leaf)}
            />
          ))}
          <Choice
            type="radio"
            name={group}
            label={t("Another report")}
            checked={!chosen}
            onChange={() => setLeaf(undefined)}
          />
        </Choices>
      )}
      {!chosen && (
        <Field
          label={t("Signed report")}
          lines={4}
          spellCheck={false}
          hint={t("In hex, one report, as “tocsin report create” writes it")}
          value={hex}
          onChange={(event) => setHex(event.target.value)}
        />
      )}
      <TransactionFlow
        label={t("Send the report")}
        look="danger"
        make={async () => {
          if (!isAgreed)
            throw new WalletProblemError(t("First read what it means for your privacy, and tick the box."));
          return directCall(target, logId, chosen ? chosen.bytes : await readReportHex(hex));
        }}
        says={() => (
          <p>{t("The report and the address of your account become public together, for ever.")}</p>
        )}
      >
        {() => (
          <p className="font-semibold">{t("The report is in the log. Everybody who checks will find it.")}</p>
        )}
      </TransactionFlow>
    </Panel>
  );
}
