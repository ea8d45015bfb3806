import { Link } from "wouter";
import type { ExposureAlert } from "../alerts/outcome.ts";
import { formatSpan } from "../alerts/timeWords.ts";
import { buttonClass } from "../ui/button.tsx";
import { Fact, Facts, Panel } from "../ui/panel.tsx";
import { ExposureFacts } from "./exposureFacts.tsx";

/** @param reasons why it is less relevant; none where it is relevant */
export function ExposureCard({
  exposure,
  reasons = [],
}: {
  exposure: ExposureAlert;
  reasons?: readonly string[];
}) {
  return (
    <Panel label={reasons.length > 0 ? "Less relevant exposure" : "Exposure"}>
      <h3 className="text-lg font-semibold">{formatSpan(exposure.firstSeen, exposure.lastSeen)}</h3>
      <Facts>
        {reasons.length > 0 && <Fact name="Why less relevant">{reasons.join("; ")}</Fact>}
        <ExposureFacts exposure={exposure} />
      </Facts>
      <div>
        <Link href={`/exposure/${exposure.id}`} className={buttonClass("plain")}>
          Show the proof
        </Link>
      </div>
    </Panel>
  );
}
