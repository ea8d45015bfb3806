import { useState } from "react";
import { memoWords } from "../../alerts/exposureWords.ts";
import { formatMoment, formatSpan } from "../../alerts/timeWords.ts";
import { MEMO_TYPES } from "@tocsin/protocol/report/report.ts";
import { REPORT_STATES, type OwnReport, type ReportState } from "../../report/ownReport.ts";
import { resendReports } from "../../report/submitReports.ts";
import { Button } from "../../ui/button.tsx";
import { Disclosure } from "../../ui/disclosure.tsx";
import { download } from "../../ui/download.ts";
import { Fact, Facts, Panel } from "../../ui/panel.tsx";
import { toFailure, type Failure } from "../../verify/explainError.ts";
import { usePage } from "../context.ts";
import { FailureView } from "../failureView.tsx";

const STATE_WORDS: Record<"unsent" | ReportState, string> = {
  unsent: "Not sent yet: the relayer has not signed a receipt.",
  received: "The relayer has it and signed a receipt.",
  sealed: "It is in a batch.",
  stored: "Its batch is stored where everybody can fetch it.",
  posted: "The transaction that anchors its batch has been sent.",
  anchored: "The chain holds it. This device verified the proof.",
  finalized: "The chain holds it for good. This device verified the proof.",
};

/** What this device reported, newest first, and how far it has come. */
export function OwnReports({ reports, sending }: { reports: readonly OwnReport[]; sending: boolean }) {
  const { store, settings } = usePage();
  const [resending, setResending] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const unsent = reports.filter((report) => report.state === "unsent");
  const sorted = [...reports].sort((a, b) => b.createdAt - a.createdAt || b.covers.from - a.covers.from);

  const resend = async (): Promise<void> => {
    if (!settings) return;
    setResending(true);
    setFailure(undefined);
    try {
      await resendReports(store, settings, unsent);
    } catch (error) {
      setFailure(toFailure(error));
    }
    setResending(false);
  };

  return (
    <>
      <h2 className="text-xl font-semibold">Your reports</h2>
      {unsent.length > 0 && !sending && (
        <div>
          <Button disabled={resending} onClick={() => void resend()}>
            {resending ? "Sending…" : "Send again what was not sent"}
          </Button>
        </div>
      )}
      {failure && <FailureView title="Nothing was sent" failure={failure} />}
      <ul className="flex flex-col gap-4">
        {sorted.map((report) => (
          <li key={report.leaf}>
            <OwnReportCard report={report} />
          </li>
        ))}
      </ul>
    </>
  );
}

function OwnReportCard({ report }: { report: OwnReport }) {
  const { state, receipt, anchor, proof } = report;
  return (
    <Panel label={`Report of ${formatSpan(report.covers.from, report.covers.to)}`}>
      <h3 className="text-lg font-semibold">{formatSpan(report.covers.from, report.covers.to)}</h3>
      <StateSteps state={state} />
      <p>{STATE_WORDS[state]}</p>
      {report.problem && (
        <p className="font-medium text-alarm-text">
          <span className="sr-only">Problem: </span>
          {report.problem}
        </p>
      )}
      <Facts>
        <Fact name="Reported">{memoWords({ memoType: MEMO_TYPES.coepiV1, memo: report.memo }).said}</Fact>
        <Fact name="Signed">{formatMoment(report.createdAt)}</Fact>
        {receipt && (
          <Fact name="Receipt">
            promises to anchor it by {formatMoment(receipt.deadline)}; signature verified
          </Fact>
        )}
        {anchor && <Fact name="Anchored">{formatMoment(anchor.anchoredAt)}</Fact>}
      </Facts>
      {proof && (
        <div>
          <Button
            onClick={() =>
              download(`tocsin-proof-${report.leaf.slice(0, 8)}.json`, proof, "application/json")
            }
          >
            Download proof
          </Button>
        </div>
      )}
      <Disclosure summary="Technical details">
        <Facts>
          <Fact name="Leaf" code>
            {report.leaf}
          </Fact>
          <Fact name="Log" code>
            {report.log.logId} of registry {report.log.registry} on chain {report.log.chainId}
          </Fact>
          <Fact name="Relayer" code>
            {report.relayer}
          </Fact>
          {anchor && (
            <>
              <Fact name="Transaction" code>
                {anchor.transactionHash}
              </Fact>
              <Fact name="Block" code>
                {anchor.blockNumber}
              </Fact>
            </>
          )}
        </Facts>
      </Disclosure>
    </Panel>
  );
}

/** The states in their order, the reached ones filled; a screen reader hears which is the current one. */
function StateSteps({ state }: { state: OwnReport["state"] }) {
  const current = REPORT_STATES.findIndex((other) => other === state);
  return (
    <ol aria-label="State" className="flex flex-wrap gap-1.5 text-sm">
      {REPORT_STATES.map((name, i) => (
        <li
          key={name}
          aria-current={i === current ? "step" : undefined}
          className={`rounded-full border px-2.5 py-0.5 ${
            i <= current ? "border-accent bg-calm" : "border-line text-muted"
          } ${i === current ? "font-semibold" : ""}`}
        >
          {i <= current && <span aria-hidden="true">✓ </span>}
          {name}
        </li>
      ))}
    </ol>
  );
}
