import { createHash } from "node:crypto";
import type { Batch } from "@tocsin/protocol/batch/file.ts";
import { FilterError, type FilterMaker } from "../ports/filterMaker.ts";
import { encodeBatches, filterFileAt } from "./filterMessages.ts";
import { ThreadQueue } from "./threadQueue.ts";

/** Files that are kept, of less than 1 MB each. */
const MOST_KEPT = 4;

/** Makes filters in a thread of its own: one of a full batch takes a tenth of a second. */
export class ThreadFilters implements FilterMaker {
  readonly #queue: ThreadQueue<Batch, Uint8Array | undefined>;

  /** The last that were made, by a hash of the leaves: what is sealed is stored right after. */
  readonly #made = new Map<string, Uint8Array | undefined>();

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

  async make(batch: Batch): Promise<Uint8Array | undefined> {
    const key = keyOf(batch);
    if (this.#made.has(key)) return this.#made.get(key);
    const file = await this.#queue.ask(batch);
    this.#made.set(key, file);
    for (const oldest of this.#made.keys()) {
      if (this.#made.size <= MOST_KEPT) break;
      this.#made.delete(oldest);
    }
    return file;
  }

  /** Ends the thread; no filter is made any more. */
  close(): Promise<void> {
    return this.#queue.close();
  }
}

function keyOf({ leaves }: Batch): string {
  const hash = createHash("sha256");
  for (const leaf of leaves) hash.update(leaf);
  return hash.digest("hex");
}
