import type { ReactNode } from "react";

const tones = {
  plain: "border-line bg-surface",
  calm: "border-accent bg-calm",
  caution: "border-caution-line bg-caution",
  alarm: "border-alarm-line bg-alarm",
};

/** A block of related things. Its tone supports what its words say, and never stands for them. */
export function Panel({
  tone = "plain",
  role,
  label,
  children,
}: {
  tone?: keyof typeof tones;
  role?: "alert" | "status";
  label?: string;
  children: ReactNode;
}) {
  return (
    <section
      role={role}
      aria-label={label}
      className={`flex flex-col gap-3 rounded-xl border p-4 sm:p-5 ${tones[tone]}`}
    >
      {children}
    </section>
  );
}

/** Names and values. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="grid gap-x-6 sm:grid-cols-[max-content_1fr]">{children}</dl>;
}

export function Fact({
  name,
  code = false,
  children,
}: {
  name: string;
  code?: boolean;
  children: ReactNode;
}) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className={`mb-2.5 wrap-anywhere ${code ? "font-mono text-sm leading-6" : ""}`}>{children}</dd>
    </>
  );
}
