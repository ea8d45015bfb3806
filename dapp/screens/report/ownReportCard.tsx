import { Trans } from "@lingui/react";
import { MEMO_TYPES } from "@tocsin/protocol/report/report.ts";
import { Link } from "wouter";
import { memoWords } from "../../alerts/exposureWords.ts";
import { formatMoment, formatSpan } from "../../alerts/timeWords.ts";
import { t } from "../../i18n/i18n.ts";
import { isSettled } from "../../report/follow.ts";
import type { OwnReport } from "../../report/ownReport.ts";
import { problemWords } from "../../report/problem.ts";
import { sourceId } from "../../sync/source.ts";
import { Button } from "../../ui/button.tsx";
import { Disclosure } from "../../ui/disclosure.tsx";
import { download } from "../../ui/download.ts";
import { Fact, Facts, Panel } from "../../ui/panel.tsx";
import { usePage } from "../context.ts";
import { StateSteps } from "./stateSteps.tsx";

/** One report of this device: how far it has come, what it says, and its proof. */
export function OwnReportCard({ report }: { report: OwnReport }) {
  const { sources } = usePage();
  const { state, receipt, anchor, proof, problem, dueAt } = report;
  const { said, beganOn } = memoWords({ memoType: MEMO_TYPES.coepiV1, memo: report.memo });
  const span = formatSpan(report.covers.from, report.covers.to);
  const isFollowed = sources.some((source) => sourceId(source) === sourceId(report.log));
  return (
    <Panel label={t("Report of {span}", { span })}>
      <h3 className="text-lg font-semibold">{span}</h3>
      <StateSteps state={state} />
      {state === "unsent" && isFollowed && dueAt !== undefined && (
        <p className="text-sm text-muted">{t("To be sent about {time}.", { time: formatMoment(dueAt) })}</p>
      )}
      {!isFollowed && !isSettled(report) && (
        <p className="font-medium">
          <Trans
            id="The log of this report is no longer followed, so this page does not ask how far it has come. Add it again under <0>Sources</0>."
            components={{ 0: <Link href="/sources" className="underline" /> }}
          />
        </p>
      )}
      {problem && (
        <p className="font-medium text-alarm-text">
          {t("Problem: {problem}", { problem: problemWords(problem) })}
        </p>
      )}
      <Facts>
        <Fact name={t("Reported")}>{said}</Fact>
        {beganOn && <Fact name={t("Began on")}>{beganOn}</Fact>}
        {receipt && (
          <Fact name={t("Receipt")}>
            {t("Promises to anchor it by {time}; signature verified.", {
              time: formatMoment(receipt.deadline),
            })}
          </Fact>
        )}
        {anchor && <Fact name={t("Anchored")}>{formatMoment(anchor.anchoredAt)}</Fact>}
      </Facts>
      {proof && (
        <div>
          <Button
            onClick={() =>
              download(`tocsin-proof-${report.leaf.slice(0, 8)}.json`, proof, "application/json")
            }
          >
            {t("Download proof")}
          </Button>
        </div>
      )}
      <Disclosure summary={t("Technical details")}>
        <Facts>
          <Fact name={t("Signed")}>{formatMoment(report.createdAt)}</Fact>
          <Fact name={t("State")} code>
            {state}
          </Fact>
          <Fact name={t("Leaf")} code>
            {report.leaf}
          </Fact>
          <Fact name={t("Log")} code>
            {t("{logId} of registry {registry} on chain {chainId}", {
              ...{
                logId: report.log.logId,
                registry: report.log.registry,
                chainId: String(report.log.chainId),
              },
            })}
          </Fact>
          <Fact name={t("Relayer")} code>
            {report.relayer}
          </Fact>
          {anchor && (
            <>
              <Fact name={t("Transaction")} code>
                {anchor.transactionHash}
              </Fact>
              <Fact name={t("Block")} code>
                {anchor.blockNumber}
              </Fact>
            </>
          )}
          {problem && (
            <Fact name={t("Problem")} code>
              {`${problem.code}: ${problem.message}`}
            </Fact>
          )}
        </Facts>
      </Disclosure>
    </Panel>
  );
}
