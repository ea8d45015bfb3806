import { unixNow } from "../storage/clock.ts";
import { oneTab } from "../storage/oneTab.ts";
import type { Store } from "../storage/store.ts";
import type { RecorderStatus } from "./answers.ts";
import { fetchContacts, fetchStatus } from "./bridge.ts";
import { BridgeError } from "./bridgeError.ts";
import { collectKeys } from "./obtainKeys.ts";

/** Seconds for which what this or another tab fetched counts as all that there is. */
const FRESH_FOR = 50;
/** What comes after them is left for the next time. */
const MOST_PAGES = 300;

/** What a look at the recorder found. */
export type RecorderSeen = { status: RecorderStatus } | { problem: BridgeError };

let running: Promise<RecorderSeen | undefined> | undefined;

/**
 * Looks what the recorder does, and merges its new and changed contact records into the stored ones. Of several calls, and
 * of several tabs, one fetches at a time.
 * @param isForced fetches also what was fetched a moment ago
 * @returns undefined where this page is connected to none
 */
export function followRecorder(store: Store, isForced: boolean): Promise<RecorderSeen | undefined> {
  running ??= look(store, isForced).finally(() => (running = undefined));
  return running;
}

async function look(store: Store, isForced: boolean): Promise<RecorderSeen | undefined> {
  const connection = await store.choices.recorder();
  if (!connection) return undefined;
  try {
    const status = await fetchStatus(connection);
    await collectKeys(store, connection);
    await oneTab("recorder", () => fetchNew(store, connection.token, isForced));
    return { status };
  } catch (error) {
    if (error instanceof BridgeError) return { problem: error };
    throw error;
  }
}

async function fetchNew(store: Store, token: string, isForced: boolean): Promise<void> {
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const connection = await store.choices.recorder();
    if (connection?.token !== token) return;
    const { revision, followedAt = 0 } = connection;
    if (pages === 0 && !isForced && Math.abs(unixNow() - followedAt) < FRESH_FOR) return;
    const page = await fetchContacts(connection, revision);
    await store.importFromRecorder(token, page, unixNow());
    if (!page.more) return;
  }
}
