import { transfer, wrap } from "comlink";
import { MatchingPool, type MatchingThread } from "@tocsin/protocol/check/matchingPool.ts";
import type { MatchAnswer } from "@tocsin/protocol/check/matchingMessages.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { compileKernel } from "@tocsin/protocol/kernel/kernel.ts";
import type { ContactTable } from "@tocsin/protocol/match/contactTable.ts";
import type { MatchWorker } from "./match.worker.ts";

/** More than this many bring a phone nothing but heat. */
const MOST_WORKERS = 4;

/** Compares in workers, one core left to the page. They share one compiled kernel, and the contacts where pages may. */
export function workerMatching(contacts: ContactTable): MatchingPool {
  const module = compileKernel();
  const width = Math.min(MOST_WORKERS, Math.max(1, navigator.hardwareConcurrency - 1));
  return new MatchingPool(width, () => beginWorker(module, contacts));
}

function beginWorker(module: WebAssembly.Module | undefined, contacts: ContactTable): MatchingThread {
  const worker = new Worker(new URL("./match.worker.ts", import.meta.url), { type: "module", name: "match" });
  const thread = wrap<MatchWorker>(worker);
  const crashed = new Promise<never>((_, reject) => {
    worker.addEventListener("error", ({ message }) => {
      reject(new TocsinError("MATCHING_FAILED", `a worker that compares ended: ${message}`));
    });
  });
  crashed.catch(() => undefined);
  const begun = thread.begin(module, contacts.toShared());
  begun.catch(() => undefined);
  return {
    ask: (request, given) =>
      Promise.race([begun.then((): Promise<MatchAnswer> => thread.ask(transfer(request, given))), crashed]),
    close: () => {
      worker.terminate();
    },
  };
}
