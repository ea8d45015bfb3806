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
  const fail = (message: string): void => resolve({ failure: { code: "UNEXPECTED", message } });
  worker.addEventListener("error", (event) => fail(event.message || "the check's worker did not start"));
  wrap<CheckWorker>(worker)
    .check(job, proxy(onProgress))
    .then(resolve, (error: unknown) => fail(String(error)));
  return { answer: promise.finally(() => worker.terminate()), cancel: () => resolve(undefined) };
}
