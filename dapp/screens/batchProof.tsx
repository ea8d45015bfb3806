import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { to0x, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { formatProof } from "@tocsin/protocol/log/proofFile.ts";
import { headOf } from "@tocsin/protocol/log/state.ts";
import type { AnchoredReport } from "../alerts/outcome.ts";
import { formatMoment } from "../alerts/timeWords.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../ui/button.tsx";
import { CopyValue } from "../ui/copyValue.tsx";
import { Disclosure } from "../ui/disclosure.tsx";
import { download } from "../ui/download.ts";
import { Fact, Facts, Panel } from "../ui/panel.tsx";
import { ProofQr } from "./proof/proofQr.tsx";

/** Why a report of a batch is believed. */
export function BatchProof({
  report,
  name,
}: {
  report: Extract<AnchoredReport, { lane: "batch" }>;
  name: string;
}) {
  const { proof, leaf, transactionHash, blockNumber } = report;
  const { batch } = proof;
  const save = (): void =>
    download(`tocsin-proof-${toHex(leaf).slice(0, 8)}.json`, formatProof(proof), "application/json");
  const values: [name: string, value: string][] = [
    [t("Leaf"), toHex(leaf)],
    [t("Root"), toHex(batch.root)],
    [t("CID"), cidOf(batch.cidDigest)],
    [t("Transaction"), transactionHash],
    [t("Head"), to0x(headOf(proof.operator, proof.state))],
    [t("Block of the head"), to0x(proof.block.hash)],
    [t("Registry"), to0x(proof.registry)],
  ];
  return (
    <Panel label={name}>
      <p>
        {t(
          "This report has stood in the log since {moment}. Its signature is good, so only whoever sent the numbers can have " +
            "made it; and nobody, the relayer included, could change it later without this page noticing.",
          { moment: formatMoment(report.anchoredAt) },
        )}
      </p>
      <div>
        <Button look="main" onClick={save}>
          {t("Download proof")}
        </Button>
      </div>
      <p className="text-sm text-muted">
        {t(
          "Anybody can verify the file: on this page under “Verify a proof”, or with “tocsin verify”. It holds the report, and " +
            "nothing about you or your contacts; but giving it away tells that you found it.",
        )}
      </p>
      <ProofQr report={report} />
      <Disclosure summary={t("Technical details")}>
        <Facts>
          {values.map(([name, value]) => (
            <Fact key={name} name={name}>
              <CopyValue name={name} value={value} />
            </Fact>
          ))}
          <Fact name={t("Batch")}>
            {t("Number {seq}, in block {block}", { seq: batch.seq, block: String(blockNumber) })}
          </Fact>
          <Fact name={t("Index")}>
            {t("{index}, which is entry {nth} of {count}", {
              index: proof.index,
              nth: proof.index + 1,
              count: batch.count,
            })}
          </Fact>
          <Fact name={t("Path")} code>
            <HexList items={proof.path} empty={t("None: it is the batch’s only entry")} />
          </Fact>
          <Fact name={t("Path to the peak")} code>
            <HexList items={proof.batchPath} empty={t("None: the batch is a peak")} />
          </Fact>
          <Fact name={t("Number of the head’s block")} code>
            {proof.block.number}
          </Fact>
          <Fact name={t("Log")}>
            {t("Number {logId} on chain {chainId}", {
              logId: String(proof.logId),
              chainId: String(proof.chainId),
            })}
          </Fact>
        </Facts>
      </Disclosure>
    </Panel>
  );
}

function HexList({ items, empty }: { items: readonly Uint8Array[]; empty: string }) {
  if (items.length === 0) return empty;
  return (
    <ol>
      {items.map((item, i) => (
        <li key={i}>{toHex(item)}</li>
      ))}
    </ol>
  );
}
