import { memoWords } from "../alerts/exposureWords.ts";
import type { AnchoredReport } from "../alerts/outcome.ts";
import { formatMoment } from "../alerts/timeWords.ts";
import { Fact } from "../ui/panel.tsx";

/** What the reports of one exposure say. Most people send one; equal ones are shown once. */
export function ReportedFacts({ reports }: { reports: readonly AnchoredReport[] }) {
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
      <Fact name="Anchored">
        {[...new Set(reports.map((report) => formatMoment(report.anchoredAt)))].join("; ")}
      </Fact>
    </>
  );
}
