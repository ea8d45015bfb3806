import { Progress } from "radix-ui";

/** How much of something is done. @param label what is counted, for whoever does not see the bar */
export function ProgressBar({ label, value, max }: { label: string; value: number; max: number }) {
  const part = max > 0 ? Math.min(1, value / max) : 0;
  return (
    <Progress.Root
      aria-label={label}
      value={max > 0 ? value : 0}
      max={Math.max(1, max)}
      className="h-3 w-full overflow-hidden rounded-full border border-control bg-page"
    >
      <Progress.Indicator
        className="h-full bg-accent motion-safe:transition-[width] motion-safe:duration-150"
        style={{ width: `${part * 100}%` }}
      />
    </Progress.Root>
  );
}
