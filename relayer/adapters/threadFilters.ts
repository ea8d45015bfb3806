import type { Batch } from "@tocsin/protocol/batch/file.ts";
import { FilterError, type FilterMaker } from "../ports/filterMaker.ts";
import { encodeBatches, filterFileAt } from "./filterMessages.ts";
import { ThreadQueue } from "./threadQueue.ts";

/** Makes filters in a thread of its own: one of a full batch takes a tenth of a second. */
export class ThreadFilters implements FilterMaker {
  readonly #queue: ThreadQueue<Batch, Uint8Array | undefined>;

  /** @param crashed told when the thread ended by itself; the next batch starts another */
  constructor(crashed: (cause: unknown) => void) {
    this.#queue = new ThreadQueue({
      module: new URL("./filterWorker.ts", import.meta.url),
      encode: encodeBatches,
      answerAt: filterFileAt,
      failure: (message, options) => new FilterError(`no filter is made: ${message}`, options),
      crashed,
    });
  }

  make(batch: Batch): Promise<Uint8Array | undefined> {
    return this.#queue.ask(batch);
  }

  /** Ends the thread; no filter is made any more. */
  close(): Promise<void> {
    return this.#queue.close();
  }
}
