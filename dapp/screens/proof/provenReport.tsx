import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import type { Finality } from "@tocsin/protocol/check/verifyOnChain.ts";
import { spanOf } from "@tocsin/protocol/report/report.ts";
import { memoWords } from "../../alerts/exposureWords.ts";
import { standingWords } from "../../alerts/standing.ts";
import { formatMoment } from "../../alerts/timeWords.ts";
import { msg, t } from "../../i18n/i18n.ts";
import { sourceName } from "../../sync/source.ts";
import { CopyValue } from "../../ui/copyValue.tsx";
import { Disclosure } from "../../ui/disclosure.tsx";
import { Fact, Facts, Panel } from "../../ui/panel.tsx";
import type { Verification } from "./useVerification.ts";

const FINALITY: Record<Finality, string> = {
  finalized: msg("Final: the block stays."),
  safe: msg("Not final yet, but very unlikely to be taken back."),
  latest: msg("Not final yet: a reorganisation of the chain may still take it back."),
};

/** What a proof that holds says, in words. */
export function ProvenReport({ verification }: { verification: Verification }) {
  const { proof, report, followed, chain } = verification;
  if (!proof || !report) return null;
  const { said, reportedOn, beganOn } = memoWords(report);
  const anchored = chain && chain !== "asking" && chain.says === "yes" ? chain.anchored : undefined;
  return (
    <Panel label={t("What it says")}>
      <h2 className="text-xl font-semibold">{t("What it says")}</h2>
      <Facts>
        <Fact name={t("The report covers")}>
          {t("{n, plural, one {# contact number} other {# contact numbers}} of one device", {
            n: spanOf(report),
          })}
        </Fact>
        <Fact name={t("What was reported")}>
          {said}
          <span className="block text-sm text-muted">{standingWords(report)}</span>
        </Fact>
        {reportedOn && <Fact name={t("Day of the report, as they say")}>{reportedOn}</Fact>}
        {beganOn && <Fact name={t("First symptom, as they say")}>{beganOn}</Fact>}
        <Fact name={t("Public since")}>
          {anchored ? formatMoment(anchored.anchoredAt) : t("Not known: only the chain tells")}
          {anchored && <span className="block text-sm text-muted">{t(FINALITY[anchored.finality])}</span>}
        </Fact>
        <Fact name={t("Log")}>
          {followed
            ? t("{name}, which you follow", { name: sourceName(followed) })
            : t("Number {logId} on chain {chainId}, which you do not follow", {
                logId: String(proof.logId),
                chainId: String(proof.chainId),
              })}
        </Fact>
        <Fact name={t("Registry")}>
          <CopyValue name={t("Registry")} value={to0x(proof.registry)} />
        </Fact>
      </Facts>
      <p>{t("It does not say who reported, nor whom they met.")}</p>
      {anchored && (
        <Disclosure summary={t("Technical details")}>
          <Facts>
            <Fact name={t("Transaction")}>
              <CopyValue name={t("Transaction")} value={anchored.transactionHash} />
            </Fact>
            <Fact name={t("Block")} code>
              {anchored.blockNumber}
            </Fact>
          </Facts>
        </Disclosure>
      )}
    </Panel>
  );
}
