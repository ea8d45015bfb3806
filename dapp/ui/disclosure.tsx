import { Collapsible } from "radix-ui";
import type { ReactNode } from "react";

/** Details that are there for those who want them. */
export function Disclosure({ summary, children }: { summary: string; children: ReactNode }) {
  return (
    <Collapsible.Root className="rounded-lg border border-line">
      <Collapsible.Trigger className="group flex min-h-11 w-full items-center gap-2.5 px-4 py-2.5 text-left font-medium">
        <span
          aria-hidden="true"
          className="inline-block size-2 rotate-45 border-t-2 border-r-2 border-current group-data-[state=open]:rotate-135"
        />
        {summary}
      </Collapsible.Trigger>
      <Collapsible.Content className="flex flex-col gap-3 px-4 pb-4">{children}</Collapsible.Content>
    </Collapsible.Root>
  );
}
