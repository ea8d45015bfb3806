import { useCallback, useEffect, useMemo, useState } from "react";
import type { Store } from "../storage/store.ts";
import type { RecorderConnection } from "./connection.ts";
import type { RecorderSeen } from "./follow.ts";

const PERIOD_MS = 60_000;
/** A check waits no longer for a recorder. */
const PATIENCE_MS = 10_000;

/** The recorder that this page follows. */
export interface Following {
  connection: RecorderConnection | undefined;
  /** What the last look at it found. */
  seen: RecorderSeen | undefined;
  /** Looks now. Resolves when that is done, or takes too long; never rejects. */
  follow: () => Promise<void>;
}

/** Follows the recorder as long as the page is open, whatever it shows. */
export function useFollowing(store: Store, connection: RecorderConnection | undefined): Following {
  const [seen, setSeen] = useState<{ token: string; found: RecorderSeen | undefined }>();
  const token = connection?.token;

  const look = useCallback(
    async (isForced: boolean): Promise<void> => {
      if (token === undefined) return;
      try {
        // Whoever has no recorder does not load it.
        const { followRecorder } = await import("./follow.ts");
        const found = await followRecorder(store, isForced);
        setSeen({ token, found });
      } catch {
        // An erased database, or no connection to load the rest of the page by: later.
      }
    },
    [store, token],
  );

  useEffect(() => {
    if (token === undefined) return undefined;
    const lookNow = (): void => void look(false);
    const lookIfVisible = (): void => {
      if (document.visibilityState === "visible") lookNow();
    };
    lookNow();
    const timer = setInterval(lookNow, PERIOD_MS);
    document.addEventListener("visibilitychange", lookIfVisible);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", lookIfVisible);
    };
  }, [look, token]);

  const follow = useCallback(
    () => Promise.race([look(true), new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS))]),
    [look],
  );
  const found = seen?.token === token ? seen?.found : undefined;
  return useMemo(() => ({ connection, seen: found, follow }), [connection, found, follow]);
}
