import { useState } from "react";
import { t } from "../i18n/i18n.ts";

/** A long value that people compare or pass on, with a button that copies it. */
export function CopyValue({ value, name }: { value: string; name: string }) {
  const [status, setStatus] = useState("");
  const copy = (): void => {
    void navigator.clipboard.writeText(value).then(
      () => setStatus(t("Copied.")),
      () => setStatus(t("Select the text and copy it: the browser does not let this page do it.")),
    );
  };
  return (
    <span className="flex flex-wrap items-baseline gap-x-3">
      <span className="font-mono text-sm leading-6 wrap-anywhere">{value}</span>
      <button
        type="button"
        className="min-h-11 px-1 underline"
        aria-label={t("Copy {name}", { name })}
        onClick={copy}
      >
        {t("Copy")}
      </button>
      <span role="status" className="text-sm text-muted">
        {status}
      </span>
    </span>
  );
}
