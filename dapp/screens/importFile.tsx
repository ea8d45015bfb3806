import { useId, useState, type DragEvent } from "react";
import { t } from "../i18n/i18n.ts";
import type { ImportKind, ImportResult } from "../storage/importData.ts";
import { ProgressBar } from "../ui/progressBar.tsx";
import { BrokenLines } from "./data/brokenLines.tsx";
import { useImport, type ImportState } from "./data/useImport.ts";

/** Imports a JSON Lines file, chosen or dropped, and says what became of its lines. */
export function ImportFile({ kind, label }: { kind: ImportKind; label: string }) {
  const id = useId();
  const { state, take } = useImport(kind);
  const [isOver, setIsOver] = useState(false);

  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setIsOver(false);
    const [file] = event.dataTransfer.files;
    if (file) void take(file);
  };

  return (
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
      className={`flex flex-col gap-2 rounded-lg border border-dashed p-3 ${isOver ? "border-accent bg-calm" : "border-control"}`}
    >
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <p id={`${id}-hint`} className="text-sm text-muted">
        {t("JSON Lines. Choose a file, or drop one here.")}
      </p>
      <input
        id={id}
        type="file"
        aria-describedby={`${id}-hint`}
        accept=".jsonl,.ndjson,.json,.txt,application/jsonl,application/x-ndjson,text/plain"
        onChange={(event) => {
          const input = event.currentTarget;
          const file = input.files?.[0];
          // The same file, mended, can be chosen again.
          if (file) void take(file).then(() => (input.value = ""));
        }}
        className="min-h-11 w-full rounded-lg border border-control bg-surface p-1.5 file:mr-3 file:min-h-8 file:rounded-md file:border file:border-control file:bg-page file:px-3 file:text-text"
      />
      {state.status === "running" && (
        <ProgressBar label={t("Bytes of the file that were read")} value={state.read} max={state.size} />
      )}
      <p role="status" className="empty:sr-only">
        {wordsOf(state)}
      </p>
      {state.status === "done" && <BrokenLines result={state.result} label={label} />}
    </div>
  );
}

function wordsOf(state: ImportState): string {
  switch (state.status) {
    case "idle":
      return "";
    case "running":
      return state.read < state.size ? t("Reading…") : t("Storing…");
    case "failed":
      return state.reason;
    case "done":
      return summaryOf(state.result);
  }
}

function summaryOf({ added, duplicates, expired, broken }: ImportResult): string {
  const parts = [
    t("{added} new", { added }),
    ...(duplicates > 0
      ? [t("{duplicates, plural, one {# duplicate merged} other {# duplicates merged}}", { duplicates })]
      : []),
    ...(expired > 0 ? [t("{expired} older than 14 days ignored", { expired })] : []),
    ...(broken > 0 ? [t("{broken, plural, one {# broken line} other {# broken lines}}", { broken })] : []),
  ];
  return t("Imported: {parts}.", { parts: parts.join(", ") });
}
