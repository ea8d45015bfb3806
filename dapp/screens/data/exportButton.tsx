import { useState } from "react";
import { t } from "../../i18n/i18n.ts";
import { exportFile } from "../../storage/files.ts";
import type { ExportKind } from "../../storage/exportData.ts";
import { Button } from "../../ui/button.tsx";
import { download } from "../../ui/download.ts";

const FILES: Record<ExportKind, string> = {
  contacts: "contacts.jsonl",
  keys: "keys.jsonl",
  reports: "reports.hex",
  everything: "tocsin-data.json",
};

/** Saves what is stored as a file. @param label what is exported, for those who do not see where the button stands */
export function ExportButton({
  kind,
  label,
  onStatus,
}: {
  kind: ExportKind;
  label: string;
  onStatus: (status: string) => void;
}) {
  const [isBusy, setIsBusy] = useState(false);
  const save = async (): Promise<void> => {
    setIsBusy(true);
    try {
      const file = await exportFile(kind);
      download(FILES[kind], file, file.type);
      onStatus(t("Exported: {file}.", { file: FILES[kind] }));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      onStatus(t("It could not be exported: {reason}.", { reason }));
    }
    setIsBusy(false);
  };
  return (
    <Button disabled={isBusy} onClick={() => void save()}>
      {label}
    </Button>
  );
}
