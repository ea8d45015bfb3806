import { t } from "../../i18n/i18n.ts";
import { ConfirmButton } from "../../ui/confirmButton.tsx";
import { Panel } from "../../ui/panel.tsx";
import { usePage } from "../context.ts";
import { ExportButton } from "./exportButton.tsx";

/** The reports that this device signed. */
export function ReportsPanel({ count, onStatus }: { count: number; onStatus: (status: string) => void }) {
  const { store } = usePage();
  return (
    <Panel label={t("Own reports")}>
      <h2 className="text-xl font-semibold">{t("Your reports")}</h2>
      <p>
        {t("{count, plural, =0 {No report of yours is stored.} one {# report that you signed, with its receipt.} other {# reports that you signed, with their receipts.}}", { count })}{" "}
        {t("Kept until you erase them. Erasing them here takes nothing back.")}
      </p>
      {count > 0 && (
        <div className="flex flex-wrap gap-3">
          <ExportButton kind="reports" label={t("Export reports")} onStatus={onStatus} />
          <ConfirmButton
            label={t("Erase reports")}
            question={t("Erase your reports from this device?")}
            warning={t(
              "What was sent stays public. You lose the receipts, and reports that were not sent yet are lost.",
            )}
            onConfirm={() => void store.eraseReports().then(() => onStatus(t("Reports erased.")))}
          />
        </div>
      )}
    </Panel>
  );
}
