import { formatSpan } from "../../alerts/timeWords.ts";
import type { ContactSummary } from "../../contacts/packedContacts.ts";
import { t } from "../../i18n/i18n.ts";
import { ConfirmButton } from "../../ui/confirmButton.tsx";
import { Disclosure } from "../../ui/disclosure.tsx";
import { Panel } from "../../ui/panel.tsx";
import { usePage } from "../context.ts";
import { ImportFile } from "../importFile.tsx";
import { ConnectedRecorder } from "../recorder/connectedRecorder.tsx";
import { ConnectRecorder } from "../recorder/connectRecorder.tsx";
import { ReadNearby } from "../recorder/readNearby.tsx";
import { ExportButton } from "./exportButton.tsx";

/** The contact records that are stored, and where they come from: a recorder, or files. */
export function ContactsPanel({
  contacts,
  onErase,
  onStatus,
}: {
  contacts: ContactSummary;
  onErase: () => void;
  onStatus: (status: string) => void;
}) {
  const { connection } = usePage().recorder;
  const { count, from, to } = contacts;
  const file = <ImportFile kind="contacts" label={t("Contact records file")} />;
  return (
    <Panel label={t("Contact records")}>
      <h2 className="text-xl font-semibold">{t("Contact records")}</h2>
      <p>
        {from === undefined || to === undefined
          ? t("0 contact records stored.")
          : t("{count, plural, one {# contact record} other {# contact records}} stored, from {span}.", {
              count,
              span: formatSpan(from, to),
            })}{" "}
        {t(
          "They are the numbers that your device heard from others. Kept for 14 days after they were last heard.",
        )}
      </p>
      {connection ? (
        <>
          <ConnectedRecorder connection={connection} onStatus={onStatus} />
          <Disclosure summary={t("Import a file instead")}>{file}</Disclosure>
        </>
      ) : (
        <>
          {file}
          <ConnectRecorder />
        </>
      )}
      <ReadNearby />
      {count > 0 && (
        <div className="flex flex-wrap gap-3">
          <ExportButton kind="contacts" label={t("Export contact records")} onStatus={onStatus} />
          <ConfirmButton
            label={t("Erase contact records")}
            question={t("Erase all contact records?")}
            warning={
              t(
                "Encounters in them can then not be found any more. The last result and what checks remember are erased with them.",
              ) +
              (connection ? ` ${t("Your recorder keeps its own: “tocsin-recorder purge” erases them there.")}` : "")
            }
            onConfirm={onErase}
          />
        </div>
      )}
    </Panel>
  );
}
