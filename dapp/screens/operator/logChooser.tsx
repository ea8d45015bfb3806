import { useId, useState } from "react";
import { t } from "../../i18n/i18n.ts";
import { sourceName, type Source } from "../../sync/source.ts";
import { Field } from "../../ui/field.tsx";

/** Which log of the registry: one that is followed, or any by its number. */
export function LogChooser({
  followed,
  logId,
  onChoose,
}: {
  followed: readonly Source[];
  logId: number | undefined;
  onChoose: (logId: number | undefined) => void;
}) {
  const id = useId();
  const [isOther, setOther] = useState(!followed.some((source) => source.logId === logId));
  return (
    <>
      {followed.length > 0 && (
        <div className="flex flex-col gap-1">
          <label htmlFor={id} className="font-medium">
            {t("Log")}
          </label>
          <select
            id={id}
            className="min-h-11 w-full rounded-lg border border-control bg-surface px-3 py-2 text-text"
            value={isOther ? "" : String(logId)}
            onChange={({ target: { value } }) => {
              setOther(value === "");
              onChoose(value === "" ? undefined : Number(value));
            }}
          >
            {followed.map((source) => (
              <option key={source.logId} value={source.logId}>
                {t("{name} (number {n})", { name: sourceName(source), n: String(source.logId) })}
              </option>
            ))}
            <option value="">{t("Another log, by its number")}</option>
          </select>
        </div>
      )}
      {(isOther || followed.length === 0) && (
        <Field
          label={t("Log number")}
          inputMode="numeric"
          autoComplete="off"
          hint={t("The log’s number in the registry, from 1")}
          defaultValue={logId}
          onChange={({ target: { value } }) =>
            onChoose(/^\s*[1-9]\d{0,14}\s*$/.test(value) ? Number(value) : undefined)
          }
        />
      )}
    </>
  );
}
