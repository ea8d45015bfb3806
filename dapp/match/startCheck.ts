import { proxy, wrap } from "comlink";
import type { CheckProgress } from "@tocsin/protocol/check/progress.ts";
import type { CheckAnswer, CheckJob, CheckWorker } from "./check.worker.ts";

export interface RunningCheck {
  /** Resolves with the answer, or with undefined when the check was cancelled. */
  answer: Promise<CheckAnswer | undefined>;
  cancel: () => void;
}

/** Runs a check in a worker of its own. Cancelling ends the worker, and with it every request and every hash. */
export function startCheck(job: CheckJob, onProgress: (progress: CheckProgress) => void): RunningCheck {
  const worker = new Worker(new URL("./check.worker.ts", import.meta.url), { type: "module", name: "check" });
  const { promise, resolve } = Promise.withResolvers<CheckAnswer | undefined>();
  let isOver = false;
  const end = (answer: CheckAnswer | undefined): void => {
    isOver = true;
    resolve(answer);
  };
  const fail = (message: string): void => end({ failure: { code: "UNEXPECTED", message } });
  // Progress has a channel of its own, on which the last of it may come after the answer.
  const showProgress = (progress: CheckProgress): void => {
    if (!isOver) onProgress(progress);
  };
  worker.addEventListener("error", (event) => fail(event.message || "the check's worker did not start"));
  wrap<CheckWorker>(worker)
    .check(job, proxy(showProgress))
    .then(end, (error: unknown) => fail(String(error)));
  return { answer: promise.finally(() => worker.terminate()), cancel: () => end(undefined) };
}
