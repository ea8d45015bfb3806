import { useId, type ComponentProps } from "react";

const box = "min-h-11 w-full rounded-lg border bg-surface px-3 py-2 text-text";

type FieldProps = { label: string; hint?: string; error?: string | undefined } & (
  ({ lines?: undefined } & ComponentProps<"input">) | ({ lines: number } & ComponentProps<"textarea">)
);

/** A labelled text field, of several lines where `lines` is given, with its hint and its error. */
export function Field({ label, hint, error, lines, ...props }: FieldProps) {
  const id = useId();
  const described = [...(hint ? [`${id}-hint`] : []), ...(error ? [`${id}-error`] : [])].join(" ");
  const shared = {
    id,
    "aria-invalid": error !== undefined,
    "aria-describedby": described === "" ? undefined : described,
    className: `${box} ${error ? "border-2 border-alarm-line" : "border-control"}`,
  };
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
      {lines === undefined ? (
        <input {...(props as ComponentProps<"input">)} {...shared} />
      ) : (
        <textarea rows={lines} {...(props as ComponentProps<"textarea">)} {...shared} />
      )}
      {error && (
        <p id={`${id}-error`} className="text-sm font-medium text-alarm-text">
          {error}
        </p>
      )}
    </div>
  );
}
