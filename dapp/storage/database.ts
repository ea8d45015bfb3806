import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { AlertMark } from "../alerts/alertMark.ts";
import type { CheckOutcome } from "../alerts/outcome.ts";
import type { PackedContacts } from "../contacts/packedContacts.ts";
import type { StoredKey } from "../report/mergeKeys.ts";
import type { OwnReport } from "../report/ownReport.ts";
import type { SourceHealth } from "../sync/sourceHealth.ts";

interface Schema extends DBSchema {
  /** By the day of firstSeen, days since 1970. */
  contacts: { key: number; value: PackedContacts };
  /** By rak, hex. */
  keys: { key: string; value: StoredKey };
  reports: { key: string; value: OwnReport };
  /** What there is one of: read back as hostile as it was when it came in. */
  choices: { key: "sources" | "policy" | "preferences" | "recorder"; value: unknown };
  /** The last complete check of each source, by sourceId. */
  outcomes: { key: string; value: CheckOutcome };
  /** What became of the last check of each source, by sourceId. */
  health: { key: string; value: SourceHealth };
  /** What the user said of exposures, by their ids. */
  marks: { key: string; value: AlertMark };
  /**
   * What checks remember, by sourceId and a number, and whose check may write it: see StoredMemory. What is of one batch
   * has its time, unix seconds.
   */
  memory: {
    key: [sourceId: string, nth: number];
    value: { lines: string[]; anchoredAt?: number };
    indexes: { anchoredAt: number };
  };
}

export type Database = IDBPDatabase<Schema>;
export type StoreName =
  "contacts" | "keys" | "reports" | "choices" | "outcomes" | "health" | "marks" | "memory";

/** Opens this page's IndexedDB. Rejects where the browser refuses storage. */
export function openDatabase(): Promise<Database> {
  return openDB<Schema>("tocsin", 3, {
    upgrade(database, from) {
      if (from < 1) {
        database.createObjectStore("contacts");
        database.createObjectStore("keys");
        database.createObjectStore("reports", { keyPath: "leaf" });
      }
      // What versions 1 and 2 kept of the one log that they followed can be read again from it.
      const ofOneLog = ["settings", "outcome", "memory"] as StoreName[];
      for (const name of ofOneLog)
        if (database.objectStoreNames.contains(name)) database.deleteObjectStore(name);
      database.createObjectStore("choices");
      database.createObjectStore("outcomes");
      database.createObjectStore("health");
      database.createObjectStore("marks", { keyPath: "id" });
      database.createObjectStore("memory").createIndex("anchoredAt", "anchoredAt");
    },
    // A newer page of this site in another tab waits for this one.
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  });
}
