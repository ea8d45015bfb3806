import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { CheckOutcome } from "../alerts/outcome.ts";
import type { PackedContacts } from "../contacts/packedContacts.ts";
import type { StoredKey } from "../report/mergeKeys.ts";
import type { OwnReport } from "../report/ownReport.ts";

interface Schema extends DBSchema {
  /** By the day of firstSeen, days since 1970. */
  contacts: { key: number; value: PackedContacts };
  /** By rak, hex. */
  keys: { key: string; value: StoredKey };
  reports: { key: string; value: OwnReport };
  /** What there is one of: read back as hostile as it was when it came in. */
  settings: { key: "current" | "policy"; value: unknown };
  outcome: { key: "current"; value: CheckOutcome };
  /** What checks remember, and whose check may write it: see StoredMemory. What is of one batch has its time, unix seconds. */
  memory: {
    key: number;
    value: { lines: string[]; anchoredAt?: number };
    indexes: { anchoredAt: number };
  };
}

export type Database = IDBPDatabase<Schema>;

/** Opens this page's IndexedDB. Rejects where the browser refuses storage. */
export function openDatabase(): Promise<Database> {
  return openDB<Schema>("tocsin", 2, {
    upgrade(database, from) {
      if (from < 1) {
        database.createObjectStore("contacts");
        database.createObjectStore("keys");
        database.createObjectStore("reports", { keyPath: "leaf" });
        database.createObjectStore("settings");
        database.createObjectStore("outcome");
      }
      const memory = database.createObjectStore("memory", { autoIncrement: true });
      memory.createIndex("anchoredAt", "anchoredAt");
    },
    // A newer page of this site in another tab waits for this one.
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  });
}
