import { distanceWords } from "../alerts/exposureWords.ts";
import type { ExposureAlert } from "../alerts/outcome.ts";
import { count, formatDuration } from "../alerts/timeWords.ts";
import { Fact } from "../ui/panel.tsx";
import { ReportedFacts } from "./reportedFacts.tsx";

/** How long and how near an encounter was, and what was reported. */
export function ExposureFacts({ exposure }: { exposure: ExposureAlert }) {
  return (
    <>
      <Fact name="How long">{formatDuration(exposure.lastSeen - exposure.firstSeen)}</Fact>
      <Fact name="How near">
        {distanceWords(exposure)} ({count(exposure.samples, "sample")})
      </Fact>
      <ReportedFacts reports={exposure.reports} />
    </>
  );
}
