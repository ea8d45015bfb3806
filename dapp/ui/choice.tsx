import type { ComponentProps, ReactNode } from "react";

/** One checkbox or radio button with its label, large enough for a thumb. */
export function Choice({
  label,
  note,
  ...props
}: { label: ReactNode; note?: string; type: "checkbox" | "radio" } & ComponentProps<"input">) {
  return (
    <label className={`flex min-h-11 cursor-pointer gap-3 py-2 ${note ? "items-start" : "items-center"}`}>
      <input className="mt-0.5 size-5 shrink-0" {...props} />
      <span>
        {label}
        {note && <span className="block text-sm text-muted">{note}</span>}
      </span>
    </label>
  );
}

/** Choices that belong together. */
export function Choices({ legend, children }: { legend: string; children: ReactNode }) {
  return (
    <fieldset>
      <legend className="font-medium">{legend}</legend>
      {children}
    </fieldset>
  );
}
