import type { ComponentProps } from "react";

const shape =
  "inline-flex min-h-11 items-center justify-center rounded-lg border px-5 py-2 font-semibold no-underline disabled:cursor-not-allowed disabled:opacity-60";
const looks = {
  main: `${shape} border-accent bg-accent text-on-accent`,
  plain: `${shape} border-control bg-surface text-text`,
  danger: `${shape} border-alarm-line bg-surface text-alarm-text`,
};

/** How a button looks, also for links that act like one. */
export function buttonClass(look: keyof typeof looks): string {
  return looks[look];
}

export function Button({
  look = "plain",
  ...props
}: { look?: keyof typeof looks } & ComponentProps<"button">) {
  return <button type="button" className={looks[look]} {...props} />;
}
