import { to0x, toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { AnchoredReport, CheckOutcome } from "../alerts/outcome.ts";
import { formatMoment } from "../alerts/timeWords.ts";
import { Disclosure } from "../ui/disclosure.tsx";
import { Fact, Facts, Panel } from "../ui/panel.tsx";

/** Why a report that came without a relayer is believed. */
export function DirectProof({
  report,
  source,
}: {
  report: Extract<AnchoredReport, { lane: "direct" }>;
  source: CheckOutcome["source"];
}) {
  return (
    <Panel label="Proof">
      <p>
        The report’s signature is good. It was sent directly to the contract, not through a relayer, and the
        chain has held it since {formatMoment(report.anchoredAt)}; nobody can alter or remove it since.
      </p>
      <p>
        There is no proof file to download: the transaction itself is the proof, and anybody can look it up.
      </p>
      <Facts>
        <Fact name="Transaction" code>
          {report.transactionHash}
        </Fact>
      </Facts>
      <Disclosure summary="Technical details">
        <Facts>
          <Fact name="Leaf" code>
            {toHex(report.leaf)}
          </Fact>
          <Fact name="Block" code>
            {report.blockNumber}
          </Fact>
          <Fact name="Number among the entries sent directly" code>
            {report.index}
          </Fact>
          <Fact name="Log" code>
            {source.logId} of registry {to0x(source.registry)} on chain {source.chainId}
          </Fact>
        </Facts>
      </Disclosure>
    </Panel>
  );
}
