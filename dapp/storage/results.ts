import type { AlertMark } from "../alerts/alertMark.ts";
import type { CheckOutcome } from "../alerts/outcome.ts";
import type { SourceHealth } from "../sync/sourceHealth.ts";
import type { Failure } from "../verify/explainError.ts";
import type { Database } from "./database.ts";
import { memoryOf, ownerKey } from "./storedMemory.ts";

/** What checks found, and what the user said of it. */
export class Results {
  readonly #database: Database;
  readonly #changed: () => void;

  constructor(database: Database, changed: () => void) {
    this.#database = database;
    this.#changed = changed;
  }

  /** The last complete check of each source, by sourceId. */
  outcomes(): Promise<Map<string, CheckOutcome>> {
    return this.#all("outcomes");
  }

  /** What became of the last check of each source, by sourceId. */
  health(): Promise<Map<string, SourceHealth>> {
    return this.#all("health");
  }

  /** To be called as a check of a source begins: what comes of it is kept only until the user erases what it began with. */
  async begin(sourceId: string): Promise<void> {
    const { store, done } = this.#database.transaction("memory", "readwrite");
    if (!(await store.getKey(ownerKey(sourceId)))) await store.put({ lines: [] }, ownerKey(sourceId));
    await done;
  }

  /** Keeps what a complete check found, unless the user has erased what it began with, here or in another tab. */
  saveOutcome(sourceId: string, outcome: CheckOutcome): Promise<void> {
    return this.#save(sourceId, { checkedAt: outcome.checkedAt }, outcome);
  }

  /** Keeps why a check could not be completed; what the last complete one found stays. @param checkedAt unix seconds */
  saveFailure(sourceId: string, failure: Failure, checkedAt: number): Promise<void> {
    return this.#save(sourceId, { checkedAt, failure });
  }

  async #save(sourceId: string, health: SourceHealth, outcome?: CheckOutcome): Promise<void> {
    const transaction = this.#database.transaction(["outcomes", "health", "memory"], "readwrite");
    if (await transaction.objectStore("memory").getKey(ownerKey(sourceId))) {
      await transaction.objectStore("health").put(health, sourceId);
      if (outcome) await transaction.objectStore("outcomes").put(outcome, sourceId);
    }
    await transaction.done;
    this.#changed();
  }

  /** Forgets what checks of a source found and remember, and what the user said of it. */
  async forget(sourceId: string): Promise<void> {
    const transaction = this.#database.transaction(["outcomes", "health", "marks", "memory"], "readwrite");
    const outcome = await transaction.objectStore("outcomes").get(sourceId);
    await Promise.all([
      ...(outcome?.exposures ?? []).map(({ id }) => transaction.objectStore("marks").delete(id)),
      transaction.objectStore("outcomes").delete(sourceId),
      transaction.objectStore("health").delete(sourceId),
      transaction.objectStore("memory").delete(memoryOf(sourceId)),
      transaction.done,
    ]);
    this.#changed();
  }

  /** How many batches checks remember. */
  rememberedBatches(): Promise<number> {
    return this.#database.countFromIndex("memory", "anchoredAt");
  }

  /** What the user said of exposures, by their ids. */
  async marks(): Promise<Map<string, AlertMark>> {
    return new Map((await this.#database.getAll("marks")).map((mark) => [mark.id, mark]));
  }

  /** Adds to what the user said of an exposure; undefined takes a word back. */
  async mark(
    id: string,
    words: { [K in keyof Omit<AlertMark, "id">]?: AlertMark[K] | undefined },
  ): Promise<void> {
    const { store, done } = this.#database.transaction("marks", "readwrite");
    const all = Object.entries({ ...(await store.get(id)), ...words, id });
    await store.put(Object.fromEntries(all.filter(([, word]) => word !== undefined)) as unknown as AlertMark);
    await done;
    this.#changed();
  }

  async #all<Name extends "outcomes" | "health">(
    name: Name,
  ): Promise<Map<string, Name extends "outcomes" ? CheckOutcome : SourceHealth>> {
    const { store, done } = this.#database.transaction(name);
    const [keys, values] = await Promise.all([store.getAllKeys(), store.getAll()]);
    await done;
    return new Map(keys.map((key, i) => [key, values[i] as never]));
  }
}
