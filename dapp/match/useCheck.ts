import { useCallback, useRef, useState } from "react";
import type { CheckProgress } from "@tocsin/protocol/check/progress.ts";
import { unixNow } from "../storage/clock.ts";
import type { Store } from "../storage/store.ts";
import { sourceId, type Source } from "../sync/source.ts";
import { toFailure, type Failure } from "../verify/explainError.ts";
import { startCheck, type RunningCheck } from "./startCheck.ts";

export type CheckState =
  | { status: "idle" }
  /** `nth` of `of` sources, from 1. */
  | { status: "running"; source: Source; nth: number; of: number; progress: CheckProgress }
  /** Every source was looked at; what became of each is stored, with this time or a later one, by sourceId. */
  | { status: "done"; checkedAt: ReadonlyMap<string, number> }
  /** This device failed, not a source. */
  | { status: "failed"; failure: Failure };

export interface CheckControl {
  state: CheckState;
  start: (sources: readonly Source[], slowLink: boolean) => void;
  cancel: () => void;
}

/** A check over all sources, of which one at a time is being checked. */
interface Run {
  isCancelled: boolean;
  current?: RunningCheck;
}

/**
 * The one check of this page: it goes on while the user looks at other screens, and stores what it finds.
 * @param follow has the contact records fetched that a recorder made meanwhile; never rejects
 */
export function useCheck(store: Store, follow: () => Promise<void>): CheckControl {
  const [state, setState] = useState<CheckState>({ status: "idle" });
  const latest = useRef<Run | undefined>(undefined);

  const start = useCallback(
    (sources: readonly Source[], slowLink: boolean) => {
      if (sources.length === 0 || latest.current) return;
      const run: Run = { isCancelled: false };
      latest.current = run;
      const show = (nth: number, progress: CheckProgress): void =>
        setState({ status: "running", source: sources[nth]!, nth: nth + 1, of: sources.length, progress });
      const checkAll = async (): Promise<CheckState> => {
        await follow();
        await store.purgeExpired(unixNow());
        const contacts = await store.contacts();
        const checkedAt = new Map<string, number>();
        for (const [nth, source] of sources.entries()) {
          await store.results.begin(sourceId(source));
          if (run.isCancelled) return { status: "idle" };
          show(nth, { phase: "log", done: 0, total: 1 });
          run.current = startCheck({ source, contacts, slowLink }, (progress) => show(nth, progress));
          const answer = await run.current.answer;
          if (!answer) return { status: "idle" };
          const id = sourceId(source);
          const time = "outcome" in answer ? answer.outcome.checkedAt : unixNow();
          checkedAt.set(id, time);
          if ("failure" in answer) await store.results.saveFailure(id, answer.failure, time);
          else await store.results.saveOutcome(id, answer.outcome);
        }
        return { status: "done", checkedAt };
      };
      show(0, { phase: "log", done: 0, total: 1 });
      void checkAll()
        .catch((error: unknown): CheckState => ({ status: "failed", failure: toFailure(error) }))
        .then((end) => {
          latest.current = undefined;
          setState(end);
        });
    },
    [store, follow],
  );

  const cancel = useCallback(() => {
    if (!latest.current) return;
    latest.current.isCancelled = true;
    latest.current.current?.cancel();
  }, []);
  return { state, start, cancel };
}
