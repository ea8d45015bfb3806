import { t } from "../../i18n/i18n.ts";
import type { StoredKey } from "../../report/mergeKeys.ts";
import { cancelImports } from "../../storage/files.ts";
import { ConfirmButton } from "../../ui/confirmButton.tsx";
import { Panel } from "../../ui/panel.tsx";
import { usePage } from "../context.ts";
import { ImportFile } from "../importFile.tsx";
import { ExportButton } from "./exportButton.tsx";

/** The broadcast keys that are stored. */
export function KeysPanel({
  keys,
  onStatus,
}: {
  keys: readonly StoredKey[];
  onStatus: (status: string) => void;
}) {
  const { store } = usePage();
  const retired = keys.filter((key) => key.retiredAt !== undefined).length;
  const erase = async (): Promise<void> => {
    cancelImports();
    await store.eraseKeys();
    onStatus(t("Broadcast keys erased."));
  };
  return (
    <Panel label={t("Broadcast keys")}>
      <h2 className="text-xl font-semibold">{t("Broadcast keys")}</h2>
      <p>
        {t("{n, plural, one {# broadcast key} other {# broadcast keys}} stored.", { n: keys.length })}{" "}
        {retired > 0 &&
          t(
            "{retired, plural, one {# of them is retired by a report, and in no export.} other {# of them are retired by a report, and in no export.}}",
            { retired },
          )}{" "}
        {t(
          "The numbers that your device sent were made from them. They are secret: whoever has them can report in your " +
            "name. Kept for 14 days after their last number was sent.",
        )}
      </p>
      <ImportFile kind="keys" label={t("Broadcast keys file")} />
      {keys.length > 0 && (
        <div className="flex flex-wrap gap-3">
          {retired < keys.length && (
            <ExportButton kind="keys" label={t("Export broadcast keys")} onStatus={onStatus} />
          )}
          <ConfirmButton
            label={t("Erase broadcast keys")}
            question={t("Erase all broadcast keys?")}
            warning={t("The hours in which they were used can then not be reported any more.")}
            onConfirm={() => void erase()}
          />
        </div>
      )}
    </Panel>
  );
}
