import type { BroadcastTimes } from "@tocsin/protocol/report/broadcastKeys.ts";
import { useCallback, useEffect, useState } from "react";
import type { Store } from "../storage/store.ts";
import { fetchBroadcasts } from "./bridge.ts";
import { BridgeError } from "./bridgeError.ts";
import { collectKeys } from "./obtainKeys.ts";

/** When a recorder's keys were on air that it could hand out, as far as it is known. */
export interface Broadcasts {
  /** Undefined until the recorder was asked. */
  times: readonly BroadcastTimes[] | undefined;
  /** Why they are not known. */
  problem?: BridgeError;
}

/** Asks the recorder which hours it could report, and anew when told to; nothing where this page is connected to none. */
export function useBroadcasts(
  store: Store,
  token: string | undefined,
): Broadcasts & { ask: () => Promise<void> } {
  const [found, setFound] = useState<Broadcasts>({ times: undefined });
  useEffect(() => {
    let isLatest = true;
    void readBroadcasts(store, token).then((read) => isLatest && setFound(read));
    return () => {
      isLatest = false;
    };
  }, [store, token]);
  const ask = useCallback(async () => setFound(await readBroadcasts(store, token)), [store, token]);
  return { ...found, ask };
}

async function readBroadcasts(store: Store, token: string | undefined): Promise<Broadcasts> {
  try {
    const connection = await store.choices.recorder();
    if (!connection || connection.token !== token) return { times: [] };
    await collectKeys(store, connection);
    return { times: await fetchBroadcasts(connection) };
  } catch (error) {
    return { times: [], ...(error instanceof BridgeError ? { problem: error } : {}) };
  }
}
