import type { ReactNode } from "react";

/** What a screen says while it has nothing to show, and what the user can do about it. */
export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-start gap-3 rounded-xl border border-dashed border-control px-5 py-8">
      <p className="text-lg font-semibold">{title}</p>
      {children}
    </div>
  );
}
