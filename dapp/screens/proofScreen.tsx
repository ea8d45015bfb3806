import { Link } from "wouter";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { loadAlerts } from "../alerts/loadAlerts.ts";
import { formatSpan } from "../alerts/timeWords.ts";
import { t } from "../i18n/i18n.ts";
import { useStored } from "../storage/useStored.ts";
import { ScreenHeading } from "../ui/heading.tsx";
import { NoAlert } from "./alerts/noAlert.tsx";
import { BatchProof } from "./batchProof.tsx";
import { usePage } from "./context.ts";
import { DirectProof } from "./directProof.tsx";
import { WhatItDoesNotShow } from "./proof/whatItDoesNotShow.tsx";

/** Why an exposure is believed. */
export default function ProofScreen({ id }: { id: string }) {
  const { store } = usePage();
  const stored = useStored(store, loadAlerts);
  if (!stored) return null;
  const alert = stored.alerts.find((each) => each.id === id);
  if (!alert) return <NoAlert />;
  const { firstSeen, lastSeen, reports, log } = alert;
  const nameOf = (nth: number): string =>
    reports.length === 1 ? t("Proof") : t("Proof {nth} of {count}", { nth: nth + 1, count: reports.length });
  return (
    <>
      <p>
        <Link href={`/alerts/${id}`} className="inline-flex min-h-11 items-center underline">
          {t("Back to the alert")}
        </Link>
      </p>
      <ScreenHeading>{t("Proof of an exposure")}</ScreenHeading>
      <p>
        {t(
          "Your device recorded numbers on {span}. {n, plural, one {The report of them was} other {The # reports of them were}} " +
            "published only afterwards.",
          { span: formatSpan(firstSeen, lastSeen), n: reports.length },
        )}
      </p>
      {reports.map((report, nth) =>
        report.lane === "direct" ? (
          <DirectProof key={toHex(report.leaf)} report={report} log={log} name={nameOf(nth)} />
        ) : (
          <BatchProof key={toHex(report.leaf)} report={report} name={nameOf(nth)} />
        ),
      )}
      <WhatItDoesNotShow />
    </>
  );
}
