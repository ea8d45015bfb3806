import type { CheckProgress } from "@tocsin/protocol/check/progress.ts";
import { Button } from "../ui/button.tsx";
import { Panel } from "../ui/panel.tsx";
import { usePage } from "./context.ts";

const PHASES = [
  ["log", "Reading the log from the chain"],
  ["filters", "Fetching filters"],
  ["batches", "Fetching, verifying and comparing batches"],
  ["hits", "Checking the signatures of what was found"],
] as const;

/** One bar for each phase of a check. */
export function CheckProgressView({ progress, onCancel }: { progress: CheckProgress; onCancel: () => void }) {
  const { slowLink = false } = usePage().settings ?? {};
  const phases = PHASES.filter(([phase]) => slowLink || phase !== "filters");
  const current = phases.findIndex(([phase]) => phase === progress.phase);
  return (
    <Panel label="Checking">
      <h2 className="text-xl font-semibold">Checking…</h2>
      {phases.map(([phase, words], i) => {
        const fraction = i === current ? progress.done / Math.max(1, progress.total) : i < current ? 1 : 0;
        return (
          <div key={phase}>
            <div className="flex justify-between gap-4">
              <span id={`phase-${phase}`}>{words}</span>
              <span className="shrink-0 text-muted">
                {i > current ? "waiting" : i < current ? "done" : `${progress.done} of ${progress.total}`}
              </span>
            </div>
            <progress aria-labelledby={`phase-${phase}`} value={fraction} max={1} />
          </div>
        );
      })}
      <div>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </Panel>
  );
}
