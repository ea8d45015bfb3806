import type { BatchRecord, Database, TaskKey } from "../ports/database.ts";
import type { Registry } from "../ports/registry.ts";
import { gasBehind } from "./gas.ts";
import type { LogHistory } from "./history.ts";
import type { Notify } from "./notify.ts";
import type { Task } from "./queue.ts";

const appendKey = (seq: number): TaskKey => `append:${seq}`;

/** The appends that the log needs: of batches that are stored, from the first that the chain does not hold. */
export class Appends {
  readonly #database: Database;
  readonly #registry: Registry;
  readonly #history: LogHistory;
  readonly #notify: Notify;

  constructor(database: Database, registry: Registry, history: LogHistory, notify: Notify) {
    this.#database = database;
    this.#registry = registry;
    this.#history = history;
    this.#notify = notify;
  }

  /**
   * @param size batches that the chain holds
   * @param limit how many appends to give at most
   */
  async find(size: number, limit: number, blockNumber: number): Promise<Task[]> {
    const next = await this.#database.batches(size, limit);
    const unstored = next.findIndex(({ state }) => state === "sealed");
    const stored = unstored === -1 ? next : next.slice(0, unstored);
    let estimate: Promise<bigint> | undefined;
    const estimateFirst = (): Promise<bigint> => {
      const first = stored[0] as BatchRecord;
      return (estimate ??= this.#registry.estimateAppend(this.#history.stateAt(size), first, blockNumber));
    };
    return stored.map((batch) => this.#taskOf(batch, size, estimateFirst));
  }

  #taskOf(batch: BatchRecord, size: number, estimateFirst: () => Promise<bigint>): Task {
    const [first, own] = [this.#history.stateAt(size), this.#history.stateAt(batch.seq)];
    return {
      key: appendKey(batch.seq),
      name: `batch ${batch.seq}`,
      estimate: async () => {
        const estimate = await estimateFirst();
        return batch.seq === size ? estimate : gasBehind(first, estimate, own);
      },
      sign: (options) => this.#registry.signAppend(own, batch, options),
      onRecorded: async () => {
        if (batch.state !== "stored") return;
        await this.#database.setBatchState(batch.seq, "posted");
        batch.state = "posted";
        this.#notify("info", "batch posted", { seq: batch.seq });
      },
    };
  }
}
