import type { Database, EntryRecord, NewEntry } from "../ports/database.ts";

/** Entries and dummies of one durable step: enough to hide its price, few enough to hold nobody up for long. */
export const MAX_GROUP = 1_000;
/** Turns of the event loop for which a group gathers at most, some milliseconds under load. */
const MAX_TURNS = 16;

interface Waiting {
  /** What to keep, or bytes to write and forget. */
  item: NewEntry | Uint8Array;
  resolve: (kept: EntryRecord | undefined) => void;
  reject: (error: unknown) => void;
}

/**
 * Makes entries durable together: while one group commits, the next gathers. A step that reaches the disk costs nearly
 * the same for one entry as for a thousand.
 */
export class GroupCommit {
  readonly #database: Pick<Database, "addEntries">;
  #waiting: Waiting[] = [];
  #isCommitting = false;

  constructor(database: Pick<Database, "addEntries">) {
    this.#database = database;
  }

  /**
   * @returns what is kept under the entry's leaf, once it is durable
   * @throws DatabaseError when its group was not kept: nothing of the group was
   */
  async add(entry: NewEntry): Promise<EntryRecord> {
    return (await this.#enqueue(entry)) as EntryRecord;
  }

  /** Costs what an entry costs, and keeps nothing. @throws DatabaseError as add */
  async addDummy(bytes: Uint8Array): Promise<void> {
    await this.#enqueue(bytes);
  }

  #enqueue(item: NewEntry | Uint8Array): Promise<EntryRecord | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (this.#isCommitting) return;
      this.#isCommitting = true;
      void this.#commitAll();
    });
  }

  async #commitAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#gather();
      const group = this.#waiting.slice(0, MAX_GROUP);
      this.#waiting = this.#waiting.slice(MAX_GROUP);
      await this.#commit(group);
    }
    this.#isCommitting = false;
  }

  /**
   * Lets the group grow as long as every turn of the event loop brings more. A database may hold up this thread while
   * it commits, so that nothing gathers meanwhile.
   */
  async #gather(): Promise<void> {
    let before = 0;
    for (let turn = 0; turn < MAX_TURNS && this.#waiting.length > before; turn++) {
      before = this.#waiting.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const entries = group.filter(isEntry);
    const dummies = group.filter(isDummy);
    try {
      const kept = await this.#database.addEntries(
        entries.map(({ item }) => item),
        dummies.map(({ item }) => item),
      );
      entries.forEach(({ resolve }, index) => resolve(kept[index]));
      for (const { resolve } of dummies) resolve(undefined);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}

function isEntry(waiting: Waiting): waiting is Waiting & { item: NewEntry } {
  return !isDummy(waiting);
}

function isDummy(waiting: Waiting): waiting is Waiting & { item: Uint8Array } {
  return waiting.item instanceof Uint8Array;
}
