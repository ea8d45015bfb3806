import type { ReactNode } from "react";

/** Details that are there for those who want them. */
export function Disclosure({ summary, children }: { summary: string; children: ReactNode }) {
  return (
    <details className="rounded-lg border border-line px-4">
      <summary className="min-h-11 cursor-pointer py-2.5 font-medium">{summary}</summary>
      <div className="flex flex-col gap-3 pb-4">{children}</div>
    </details>
  );
}
