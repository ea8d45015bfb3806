import { useCallback, useRef, useState } from "react";
import type { CheckProgress } from "@tocsin/protocol/check/progress.ts";
import { unixNow } from "../storage/clock.ts";
import type { Store } from "../storage/store.ts";
import type { Settings } from "../sync/settings.ts";
import { toFailure, type Failure } from "../verify/explainError.ts";
import { startCheck, type RunningCheck } from "./startCheck.ts";

export type CheckState =
  | { status: "idle" }
  | { status: "running"; progress: CheckProgress }
  | { status: "failed"; failure: Failure; at: number }
  | { status: "done" };

export interface CheckControl {
  state: CheckState;
  start: (settings: Settings) => void;
  cancel: () => void;
}

/** The one check of this page: it goes on while the user looks at other screens, and stores its outcome. */
export function useCheck(store: Store): CheckControl {
  const [state, setState] = useState<CheckState>({ status: "idle" });
  const running = useRef<RunningCheck | undefined>(undefined);

  const run = useCallback(
    async (settings: Settings): Promise<CheckState> => {
      await store.purgeExpired(unixNow());
      const contacts = await store.contacts();
      const check = startCheck({ settings, contacts }, (progress) =>
        setState({ status: "running", progress }),
      );
      running.current = check;
      const answer = await check.answer;
      if (!answer) return { status: "idle" };
      if ("failure" in answer) return { status: "failed", failure: answer.failure, at: unixNow() };
      await store.saveOutcome(answer.outcome);
      return { status: "done" };
    },
    [store],
  );

  const start = useCallback(
    (settings: Settings) => {
      setState({ status: "running", progress: { phase: "log", done: 0, total: 1 } });
      void run(settings)
        .catch((error: unknown): CheckState => ({
          status: "failed",
          failure: toFailure(error),
          at: unixNow(),
        }))
        .then(setState);
    },
    [run],
  );

  const cancel = useCallback(() => running.current?.cancel(), []);
  return { state, start, cancel };
}
