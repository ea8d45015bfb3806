import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { MatchingPool, type MatchingThread } from "@tocsin/protocol/check/matchingPool.ts";
import type { MatchAnswer } from "@tocsin/protocol/check/matchingMessages.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { compileKernel } from "@tocsin/protocol/kernel/kernel.ts";
import type { ContactTable, ContactTableData } from "@tocsin/protocol/match/contactTable.ts";
import type { MatchingData } from "./matchingWorker.ts";

/** Each takes some 20 MB, and more wait for downloads only. */
const MOST_THREADS = 8;

/** In MB. What a thread makes is young: a batch's entries, for as long as they are compared. */
const resourceLimits = { maxYoungGenerationSizeMb: 16 };

/**
 * Compares in as many threads as the machine runs at once. They share one table and one compiled kernel.
 * @param contacts which may still be read: the threads begin meanwhile. What rejects rejects every comparison.
 */
export function threadMatching(
  contacts: Promise<ContactTable>,
  width = Math.min(MOST_THREADS, availableParallelism()),
): MatchingPool {
  const data: MatchingData = { module: compileKernel() };
  const shared = contacts.then((table) => table.toShared());
  return new MatchingPool(width, () => beginThread(data, shared));
}

function beginThread(workerData: MatchingData, contacts: Promise<ContactTableData>): MatchingThread {
  const thread = new Worker(new URL("./matchingWorker.ts", import.meta.url), { workerData, resourceLimits });
  let asked: PromiseWithResolvers<MatchAnswer> | undefined;
  let failure: TocsinError | undefined;
  const fail = (cause?: unknown): void => {
    failure ??= new TocsinError("MATCHING_FAILED", "a thread that compares ended: check again", { cause });
    asked?.reject(failure);
  };
  thread.on("message", (answer: MatchAnswer) => asked?.resolve(answer));
  thread.on("error", fail);
  thread.on("exit", () => {
    fail();
  });
  // Only while it owes an answer does it keep its process alive.
  thread.unref();
  const ready = contacts.then((table) => {
    thread.postMessage(table);
  });
  // Whoever asks hears of it.
  ready.catch(() => undefined);
  return {
    async ask(request, given) {
      await ready;
      if (failure) throw failure;
      asked = Promise.withResolvers<MatchAnswer>();
      thread.ref();
      thread.postMessage(request, given);
      return asked.promise.finally(() => {
        thread.unref();
      });
    },
    close() {
      void thread.terminate();
    },
  };
}
