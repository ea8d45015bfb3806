import type { CheckMemory, Remembered, RememberedBatch } from "@tocsin/protocol/check/memory.ts";
import { formatMemory, formatRememberedBatch, parseMemory } from "@tocsin/protocol/check/memoryLines.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import type { Database } from "./database.ts";

/** The number of the record that says whose check may write. Those of what is kept are higher. */
const OWNER = 0;

/** The key of the record that every check writes as it begins, and that goes with all the others when they are erased. */
export function ownerKey(sourceId: string): [sourceId: string, nth: number] {
  return [sourceId, OWNER];
}

/** The keys of all that checks of a source remember. */
export function memoryOf(sourceId: string): IDBKeyRange {
  return IDBKeyRange.bound(ownerKey(sourceId), [sourceId, Infinity]);
}

/**
 * The memory of one source's checks in this page's IndexedDB. Only the check that loaded it last writes: another tab's
 * check before, or one that still runs when the user erases everything, leaves nothing any more.
 */
export class StoredMemory implements CheckMemory {
  readonly #database: Database;
  readonly #sourceId: string;
  readonly #owner = crypto.randomUUID();
  #next = OWNER + 1;

  constructor(database: Database, sourceId: string) {
    this.#database = database;
    this.#sourceId = sourceId;
  }

  /** Nothing where there is none of this version. */
  async load(): Promise<Remembered | undefined> {
    const transaction = this.#database.transaction("memory", "readwrite");
    const numbers = (await transaction.store.getAllKeys(this.#kept())).map(([, nth]) => nth);
    const kept = await transaction.store.getAll(this.#kept());
    await transaction.store.put({ lines: [this.#owner] }, ownerKey(this.#sourceId));
    await transaction.done;
    this.#next = (numbers.at(-1) ?? OWNER) + 1;
    try {
      return parseMemory(kept.flatMap(({ lines }) => lines)).remembered;
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error;
      return undefined;
    }
  }

  async begin({ batches, ...rest }: Remembered): Promise<void> {
    const head = [...formatMemory({ ...rest, batches: [] })];
    await this.#write([{ lines: head }, ...batches.map(recordOf)], this.#kept());
  }

  async addBatch(batch: RememberedBatch): Promise<void> {
    await this.#write([recordOf(batch)]);
  }

  /** All or nothing. */
  async #write(records: { lines: string[]; anchoredAt?: number }[], instead?: IDBKeyRange): Promise<void> {
    const transaction = this.#database.transaction("memory", "readwrite", { durability: "strict" });
    const { store } = transaction;
    if ((await store.get(ownerKey(this.#sourceId)))?.lines[0] === this.#owner) {
      if (instead) await store.delete(instead);
      await Promise.all(records.map((record) => store.add(record, [this.#sourceId, this.#next++])));
    }
    await transaction.done;
  }

  #kept(): IDBKeyRange {
    return IDBKeyRange.bound(ownerKey(this.#sourceId), [this.#sourceId, Infinity], true);
  }
}

function recordOf(batch: RememberedBatch): { lines: string[]; anchoredAt: number } {
  return { lines: [formatRememberedBatch(batch)], anchoredAt: batch.anchoredAt };
}
