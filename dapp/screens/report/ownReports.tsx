import { t } from "../../i18n/i18n.ts";
import type { OwnReport } from "../../report/ownReport.ts";
import { OwnReportCard } from "./ownReportCard.tsx";

/** What this device reported, newest first, and how far it has come. */
export function OwnReports({ reports }: { reports: readonly OwnReport[] }) {
  const sorted = [...reports].sort((a, b) => b.createdAt - a.createdAt || b.covers.from - a.covers.from);
  return (
    <>
      <h2 className="text-xl font-semibold">{t("Your reports")}</h2>
      <ul className="flex flex-col gap-4">
        {sorted.map((report) => (
          <li key={report.leaf}>
            <OwnReportCard report={report} />
          </li>
        ))}
      </ul>
    </>
  );
}
