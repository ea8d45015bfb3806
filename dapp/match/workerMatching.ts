import { transfer, wrap } from "comlink";
import { MatchingPool, type MatchingThread } from "@tocsin/protocol/check/matchingPool.ts";
import type { MatchAnswer } from "@tocsin/protocol/check/matchingMessages.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { compileKernel } from "@tocsin/protocol/kernel/kernel.ts";
import type { ContactTable } from "@tocsin/protocol/match/contactTable.ts";
import type { matchService } from "./matchService.ts";

/** More than this many bring a phone nothing but heat. */
const MOST_WORKERS = 4;

/** The name by which a worker knows that it is to compare. */
export const MATCH_WORKER = "match";

/** Compares in workers, one core left to the page. They share one compiled kernel, and the contacts where pages may. */
export function workerMatching(contacts: ContactTable): MatchingPool {
  const module = compileKernel();
  const width = Math.min(MOST_WORKERS, Math.max(1, navigator.hardwareConcurrency - 1));
  return new MatchingPool(width, () => beginWorker(module, contacts));
}

function beginWorker(module: WebAssembly.Module | undefined, contacts: ContactTable): MatchingThread {
  // The file of the worker that this runs in.
  const worker = new Worker(self.location.href, { type: "module", name: MATCH_WORKER });
  const thread = wrap<typeof matchService>(worker);
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
