import { useCallback, useEffect, useRef, useState } from "react";
import { readActivity, type LogActivity, type ReadingProgress } from "../../statistics/readActivity.ts";
import { httpRpc } from "../../sync/rpc.ts";
import { logOf, type Source } from "../../sync/source.ts";
import { toFailure, type Failure } from "../../verify/explainError.ts";

export type ActivityState =
  | { status: "idle" }
  | { status: "reading"; progress: ReadingProgress }
  | { status: "read"; activity: LogActivity }
  | { status: "failed"; failure: Failure };

export interface ActivityControl {
  state: ActivityState;
  read: () => void;
  cancel: () => void;
}

/** The reading of one source's log, which ends when the screen is left. */
export function useActivity(source: Source): ActivityControl {
  const [state, setState] = useState<ActivityState>({ status: "idle" });
  const reading = useRef<AbortController | undefined>(undefined);

  const cancel = useCallback(() => {
    reading.current?.abort();
    setState({ status: "idle" });
  }, []);
  useEffect(() => () => reading.current?.abort(), []);

  const read = useCallback(() => {
    reading.current?.abort();
    const { signal } = (reading.current = new AbortController());
    const show = (next: ActivityState): void => {
      if (!signal.aborted) setState(next);
    };
    const { fromBlock } = source;
    show({ status: "reading", progress: { done: 0, total: 0 } });
    readActivity(
      httpRpc(source.rpc),
      { ...logOf(source), ...(fromBlock === undefined ? {} : { fromBlock }) },
      (progress) => show({ status: "reading", progress }),
      signal,
    ).then(
      (activity) => show({ status: "read", activity }),
      (error: unknown) => show({ status: "failed", failure: toFailure(error) }),
    );
  }, [source]);

  return { state, read, cancel };
}
