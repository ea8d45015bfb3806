import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { memoWords } from "../alerts/exposureWords.ts";
import type { AnchoredReport } from "../alerts/outcome.ts";
import { formatMoment } from "../alerts/timeWords.ts";
import { Fact } from "../ui/panel.tsx";

/** What the reports of one exposure say. Most people send one; equal ones are shown once. */
export function ReportedFacts({ reports }: { reports: readonly AnchoredReport[] }) {
  const batched = reports.filter(({ lane }) => lane !== "direct");
  const direct = reports.filter(({ lane }) => lane === "direct");
  const memos = new Map(reports.map(({ report }) => [JSON.stringify(memoWords(report)), memoWords(report)]));
  return (
    <>
      {[...memos].map(([key, { said, reportedOn, beganOn }]) => (
        <Fact key={key} name="What was reported">
          {said}
          {beganOn && `; began on ${beganOn}`}
          <span className="block text-sm text-muted">Self-reported{reportedOn && ` on ${reportedOn}`}</span>
        </Fact>
      ))}
      {batched.length > 0 && (
        <Fact name="Anchored">
          {[...new Set(batched.map((report) => formatMoment(report.anchoredAt)))].join("; ")}
        </Fact>
      )}
      {direct.map(({ leaf, anchoredAt, transactionHash }) => (
        <Fact key={toHex(leaf)} name="Sent directly to the contract">
          {formatMoment(anchoredAt)}, without a relayer
          <span className="block text-sm text-muted">Transaction {transactionHash}</span>
        </Fact>
      ))}
    </>
  );
}
