import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { to0x, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { formatProof } from "@tocsin/protocol/log/proofFile.ts";
import { headOf } from "@tocsin/protocol/log/state.ts";
import type { AnchoredReport } from "../alerts/outcome.ts";
import { formatMoment } from "../alerts/timeWords.ts";
import { Button } from "../ui/button.tsx";
import { Disclosure } from "../ui/disclosure.tsx";
import { download } from "../ui/download.ts";
import { Fact, Facts, Panel } from "../ui/panel.tsx";

/** Why a report of a batch is believed. */
export function BatchProof({ report }: { report: Extract<AnchoredReport, { lane: "batch" }> }) {
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
