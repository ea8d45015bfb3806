import { Link } from "wouter";
import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { to0x, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { formatProof } from "@tocsin/protocol/log/proofFile.ts";
import { headOf } from "@tocsin/protocol/log/state.ts";
import type { AnchoredReport } from "../alerts/outcome.ts";
import { distanceWords } from "../alerts/exposureWords.ts";
import { count, formatDuration, formatMoment, formatSpan } from "../alerts/timeWords.ts";
import type { Store } from "../storage/store.ts";
import { useStored } from "../storage/useStored.ts";
import { Button } from "../ui/button.tsx";
import { Disclosure } from "../ui/disclosure.tsx";
import { download } from "../ui/download.ts";
import { ScreenHeading } from "../ui/heading.tsx";
import { Fact, Facts, Panel } from "../ui/panel.tsx";
import { usePage } from "./context.ts";
import { ReportedFacts } from "./reportedFacts.tsx";

const load = async (store: Store) => ({ outcome: await store.outcome() });

/** Why an exposure is believed. */
export default function ProofScreen({ id }: { id: string }) {
  const { store } = usePage();
  const stored = useStored(store, load);
  if (!stored) return null;
  const exposure = stored.outcome?.exposures.find((other) => other.id === id);
  return (
    <>
      <p>
        <Link href="/" className="inline-flex min-h-11 items-center underline">
          Back to the result
        </Link>
      </p>
      <ScreenHeading>Proof of an exposure</ScreenHeading>
      {!exposure && <p>The last check did not find this exposure any more.</p>}
      {exposure && (
        <>
          <p>
            Your device recorded numbers on {formatSpan(exposure.firstSeen, exposure.lastSeen)} that only the
            sender of {exposure.reports.length === 1 ? "this report" : "these reports"} could have signed for,
            and they were published only afterwards.
          </p>
          <Panel label="Exposure">
            <Facts>
              <Fact name="How long">{formatDuration(exposure.lastSeen - exposure.firstSeen)}</Fact>
              <Fact name="How near">
                {distanceWords(exposure)} ({count(exposure.samples, "sample")})
              </Fact>
              <ReportedFacts reports={exposure.reports} />
            </Facts>
          </Panel>
          {exposure.reports.map((report) => (
            <ReportProof key={toHex(report.leaf)} report={report} />
          ))}
        </>
      )}
    </>
  );
}

function ReportProof({ report }: { report: AnchoredReport }) {
  const { proof } = report;
  const leaf = toHex(report.leaf);
  return (
    <Panel label="Proof">
      <p>
        The report’s signature is good. It is entry {proof.index + 1} of the {proof.batch.count} in batch{" "}
        {proof.batch.seq}, which the chain has held since {formatMoment(report.anchoredAt)}; nobody can alter
        or remove it since.
      </p>
      <div>
        <Button
          look="main"
          onClick={() =>
            download(`tocsin-proof-${leaf.slice(0, 8)}.json`, formatProof(proof), "application/json")
          }
        >
          Download proof
        </Button>
      </div>
      <p className="text-sm text-muted">
        Anybody can verify the file against the chain with “tocsin verify”. It holds the report, and nothing
        about you or your contacts; but giving it away tells that you found it.
      </p>
      <Disclosure summary="Technical details">
        <Facts>
          <Fact name="Leaf" code>
            {leaf}
          </Fact>
          <Fact name="Path" code>
            {proof.path.length === 0 ? "none: the batch’s only entry" : <HexList items={proof.path} />}
          </Fact>
          <Fact name="Root" code>
            {toHex(proof.batch.root)}
          </Fact>
          <Fact name="CID" code>
            {cidOf(proof.batch.cidDigest)}
          </Fact>
          <Fact name="Path to the peak" code>
            {proof.batchPath.length === 0 ? "none: the batch is a peak" : <HexList items={proof.batchPath} />}
          </Fact>
          <Fact name="Transaction" code>
            {report.transactionHash}
          </Fact>
          <Fact name="Block" code>
            {report.blockNumber}
          </Fact>
          <Fact name="Head" code>
            {to0x(headOf(proof.operator, proof.state))}
          </Fact>
          <Fact name="Head at block" code>
            {proof.block.number} {to0x(proof.block.hash)}
          </Fact>
          <Fact name="Log" code>
            {proof.logId} of registry {to0x(proof.registry)} on chain {proof.chainId}
          </Fact>
        </Facts>
      </Disclosure>
    </Panel>
  );
}

function HexList({ items }: { items: readonly Uint8Array[] }) {
  return (
    <ol>
      {items.map((item, i) => (
        <li key={i}>{toHex(item)}</li>
      ))}
    </ol>
  );
}
