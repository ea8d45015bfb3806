import { useId, useState } from "react";
import type { LineError } from "@tocsin/protocol/bytes/jsonLines.ts";
import { count } from "../alerts/timeWords.ts";
import type { Imported } from "../storage/store.ts";

const MAX_FILE_BYTES = 100 * 1024 * 1024;
const SHOWN_ERRORS = 50;

export interface ImportResult extends Imported {
  errors: LineError[];
}

/** Imports a JSON Lines file and says what became of every line. */
export function ImportFile({
  label,
  read,
}: {
  label: string;
  read: (text: string) => Promise<ImportResult>;
}) {
  const id = useId();
  const [state, setState] = useState<{ result?: ImportResult; message: string }>({ message: "" });

  const take = async (input: HTMLInputElement): Promise<void> => {
    const file = input.files?.[0];
    if (!file) return;
    setState({ message: "Reading…" });
    try {
      if (file.size > MAX_FILE_BYTES) throw new Error("it is larger than 100 MiB");
      const result = await read(await file.text());
      setState({ result, message: summaryOf(result) });
    } catch (error) {
      setState({
        message: `The file could not be imported: ${error instanceof Error ? error.message : String(error)}.`,
      });
    }
    // The same file, mended, can be chosen again.
    input.value = "";
  };

  const errors = state.result?.errors ?? [];
  return (
    <div className="flex flex-col gap-2">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <input
        id={id}
        type="file"
        accept=".jsonl,.ndjson,.json,.txt,application/jsonl,application/x-ndjson,text/plain"
        onChange={(event) => void take(event.currentTarget)}
        className="min-h-11 w-full rounded-lg border border-control p-1.5 file:mr-3 file:min-h-8 file:rounded-md file:border file:border-control file:bg-page file:px-3"
      />
      <p role="status">{state.message}</p>
      {errors.length > 0 && (
        <div
          className="max-h-72 overflow-auto"
          tabIndex={0}
          role="region"
          aria-label={`Broken lines in: ${label}`}
        >
          <table className="w-full text-left text-sm">
            <caption className="text-left font-medium">Lines that were not imported</caption>
            <thead>
              <tr className="border-b border-line">
                <th className="py-1 pr-4">Line</th>
                <th className="py-1 pr-4">Code</th>
                <th className="py-1">What is wrong</th>
              </tr>
            </thead>
            <tbody>
              {errors.slice(0, SHOWN_ERRORS).map((error) => (
                <tr key={error.line} className="border-b border-line align-top">
                  <td className="py-1 pr-4">{error.line}</td>
                  <td className="py-1 pr-4 font-mono whitespace-nowrap">{error.code}</td>
                  <td className="py-1">{error.message}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {errors.length > SHOWN_ERRORS && <p>and {errors.length - SHOWN_ERRORS} more</p>}
        </div>
      )}
    </div>
  );
}

function summaryOf({ added, duplicates, expired, errors }: ImportResult): string {
  const parts = [
    `${added} new`,
    ...(duplicates > 0 ? [`${count(duplicates, "duplicate")} merged`] : []),
    ...(expired > 0 ? [`${expired} older than 14 days ignored`] : []),
    ...(errors.length > 0 ? [count(errors.length, "broken line")] : []),
  ];
  return `Imported: ${parts.join(", ")}.`;
}
