import { to0x, toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { LogSource } from "@tocsin/protocol/check/readLog.ts";
import type { AnchoredReport } from "../alerts/outcome.ts";
import { formatMoment } from "../alerts/timeWords.ts";
import { t } from "../i18n/i18n.ts";
import { CopyValue } from "../ui/copyValue.tsx";
import { Disclosure } from "../ui/disclosure.tsx";
import { Fact, Facts, Panel } from "../ui/panel.tsx";

/** Why a report that came without a relayer is believed. */
export function DirectProof({
  report,
  log,
  name,
}: {
  report: Extract<AnchoredReport, { lane: "direct" }>;
  log: Required<LogSource>;
  name: string;
}) {
  return (
    <Panel label={name}>
      <p>
        {t(
          "This report was sent directly to the contract, not through a relayer, and has stood there since {moment}. Its " +
            "signature is good, so only whoever sent the numbers can have made it; and nobody could change it later without this " +
            "page noticing.",
          { moment: formatMoment(report.anchoredAt) },
        )}
      </p>
      <p>
        {t(
          "There is no proof file to download: the transaction itself is the proof, and anybody can look it up.",
        )}
      </p>
      <Facts>
        <Fact name={t("Transaction")}>
          <CopyValue name={t("Transaction")} value={report.transactionHash} />
        </Fact>
      </Facts>
      <Disclosure summary={t("Technical details")}>
        <Facts>
          <Fact name={t("Leaf")}>
            <CopyValue name={t("Leaf")} value={toHex(report.leaf)} />
          </Fact>
          <Fact name={t("Block")} code>
            {report.blockNumber}
          </Fact>
          <Fact name={t("Number among the entries sent directly")} code>
            {report.index}
          </Fact>
          <Fact name={t("Registry")}>
            <CopyValue name={t("Registry")} value={to0x(log.registry)} />
          </Fact>
          <Fact name={t("Log")}>
            {t("Number {logId} on chain {chainId}", {
              logId: String(log.logId),
              chainId: String(log.chainId),
            })}
          </Fact>
        </Facts>
      </Disclosure>
    </Panel>
  );
}
