import { Link } from "wouter";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { formatSpan } from "../alerts/timeWords.ts";
import type { Store } from "../storage/store.ts";
import { useStored } from "../storage/useStored.ts";
import { ScreenHeading } from "../ui/heading.tsx";
import { Facts, Panel } from "../ui/panel.tsx";
import { BatchProof } from "./batchProof.tsx";
import { usePage } from "./context.ts";
import { DirectProof } from "./directProof.tsx";
import { ExposureFacts } from "./exposureFacts.tsx";

const load = async (store: Store) => ({ outcome: await store.outcome() });

/** Why an exposure is believed. */
export default function ProofScreen({ id }: { id: string }) {
  const { store } = usePage();
  const stored = useStored(store, load);
  if (!stored) return null;
  const { outcome } = stored;
  const exposure = outcome?.exposures.find((other) => other.id === id);
  return (
    <>
      <p>
        <Link href="/" className="inline-flex min-h-11 items-center underline">
          Back to the result
        </Link>
      </p>
      <ScreenHeading>Proof of an exposure</ScreenHeading>
      {!exposure && <p>The last check did not find this exposure any more.</p>}
      {outcome && exposure && (
        <>
          <p>
            Your device recorded numbers on {formatSpan(exposure.firstSeen, exposure.lastSeen)} that only the
            sender of {exposure.reports.length === 1 ? "this report" : "these reports"} could have signed for,
            and they were published only afterwards.
          </p>
          <Panel label="Exposure">
            <Facts>
              <ExposureFacts exposure={exposure} />
            </Facts>
          </Panel>
          {exposure.reports.map((report) =>
            report.lane === "direct" ? (
              <DirectProof key={toHex(report.leaf)} report={report} source={outcome.source} />
            ) : (
              <BatchProof key={toHex(report.leaf)} report={report} />
            ),
          )}
        </>
      )}
    </>
  );
}
