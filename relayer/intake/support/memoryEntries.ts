import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { Database, EntryRecord, NewEntry } from "../../ports/database.ts";

/** Keeps entries in memory, and commits or fails when the test says so. */
export class MemoryEntries implements Pick<Database, "addEntries" | "findEntry"> {
  /** The groups that were committed, by their numbers of entries and dummies. */
  readonly groups: { entries: number; dummies: number }[] = [];
  /** What commits fail with, while it is set. */
  fault: Error | undefined;
  readonly #kept = new Map<string, EntryRecord>();
  #gate: Promise<undefined> = Promise.resolve(undefined);

  get size(): number {
    return this.#kept.size;
  }

  /** Lets no commit end until the returned function is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#gate = promise;
    return () => {
      resolve(undefined);
    };
  }

  async addEntries(entries: readonly NewEntry[], dummies: readonly Uint8Array[]): Promise<EntryRecord[]> {
    this.groups.push({ entries: entries.length, dummies: dummies.length });
    await this.#gate;
    if (this.fault) throw this.fault;
    return entries.map((entry) => {
      const leaf = toHex(entry.leaf);
      const kept = this.#kept.get(leaf) ?? entry;
      this.#kept.set(leaf, kept);
      return kept;
    });
  }

  findEntry(leaf: Uint8Array): Promise<EntryRecord | undefined> {
    return Promise.resolve(this.#kept.get(toHex(leaf)));
  }
}
