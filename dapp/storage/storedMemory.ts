import type { CheckMemory, Remembered, RememberedBatch } from "@tocsin/protocol/check/memory.ts";
import { formatMemory, formatRememberedBatch, parseMemory } from "@tocsin/protocol/check/memoryLines.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import type { Database } from "./database.ts";

/** The key of the record that says whose check may write. Those of what is kept are higher. */
const OWNER = 0;

/**
 * A check's memory in this page's IndexedDB. Only the check that loaded it last writes: another tab's check before, or one
 * that still runs when the user erases everything, leaves nothing any more.
 */
export class StoredMemory implements CheckMemory {
  readonly #database: Database;
  readonly #owner = crypto.randomUUID();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Nothing where there is none of this version. */
  async load(): Promise<Remembered | undefined> {
    const transaction = this.#database.transaction("memory", "readwrite");
    const kept = await transaction.store.getAll(IDBKeyRange.lowerBound(OWNER, true));
    await transaction.store.put({ lines: [this.#owner] }, OWNER);
    await transaction.done;
    try {
      return parseMemory(kept.flatMap(({ lines }) => lines)).remembered;
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error;
      return undefined;
    }
  }

  async begin({ batches, ...rest }: Remembered): Promise<void> {
    const head = [...formatMemory({ ...rest, batches: [] })];
    await this.#write([{ lines: head }, ...batches.map(recordOf)], IDBKeyRange.lowerBound(OWNER, true));
  }

  async addBatch(batch: RememberedBatch): Promise<void> {
    await this.#write([recordOf(batch)]);
  }

  /** All or nothing. */
  async #write(records: { lines: string[]; anchoredAt?: number }[], instead?: IDBKeyRange): Promise<void> {
    const transaction = this.#database.transaction("memory", "readwrite", { durability: "strict" });
    const { store } = transaction;
    if ((await store.get(OWNER))?.lines[0] === this.#owner) {
      if (instead) await store.delete(instead);
      await Promise.all(records.map((record) => store.add(record)));
    }
    await transaction.done;
  }
}

function recordOf(batch: RememberedBatch): { lines: string[]; anchoredAt: number } {
  return { lines: [formatRememberedBatch(batch)], anchoredAt: batch.anchoredAt };
}
