import { useEffect, useState } from "react";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { AnchoredReport } from "../../alerts/outcome.ts";
import { t } from "../../i18n/i18n.ts";
import { Disclosure } from "../../ui/disclosure.tsx";
import { QrCode } from "../../ui/qrCode.tsx";
import { packProof } from "../../verify/proofText.ts";

/** What the largest QR code holds with little error correction, less a rest. */
const MAX_QR_BYTES = 2_900;

/** The proof for somebody who is beside the user: a link to this page that carries it. */
export function ProofQr({ report }: { report: Extract<AnchoredReport, { lane: "batch" }> }) {
  const { proof } = report;
  const [link, setLink] = useState<string>();
  useEffect(() => {
    let isShown = true;
    void packProof(proof).then((packed) => {
      if (isShown) setLink(linkOf(packed));
    });
    return () => {
      isShown = false;
    };
  }, [proof]);
  if (link === undefined) return null;
  const fits = link.length <= MAX_QR_BYTES;
  return (
    <Disclosure summary={t("QR code")}>
      {fits ? (
        <>
          <p>{t("Whoever scans this code opens this page with the proof and can verify it there.")}</p>
          <QrCode text={link} label={t("QR code of a link to this page that carries the proof")} />
          <p>
            <a href={link} className="inline-flex min-h-11 items-center underline">
              {t("Open the same link here")}
            </a>
          </p>
        </>
      ) : (
        <>
          <p>
            {t(
              "This proof is larger than a QR code can hold. The code below names only the report and its transaction: give " +
                "the proof file too.",
            )}
          </p>
          <QrCode
            text={`leaf ${toHex(report.leaf)} transaction ${report.transactionHash}`}
            label={t("QR code of the report’s leaf and transaction")}
          />
        </>
      )}
    </Disclosure>
  );
}

/** What stands after the # is not sent to the server that the page came from. */
function linkOf(packed: string): string {
  const [page = ""] = window.location.href.split(/[?#]/);
  return `${page}#/verify?proof=${packed}`;
}
