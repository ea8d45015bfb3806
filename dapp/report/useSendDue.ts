import { useEffect } from "react";
import { unixNow } from "../storage/clock.ts";
import type { Store } from "../storage/store.ts";
import type { Source } from "../sync/source.ts";
import { waitingUploads } from "./uploadPlan.ts";

/** Timers of a device that slept are late, and clocks are set: no wait is longer. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Sends reports when they are due, as long as the page is open, whatever it shows.
 * @param sources undefined until it is known which are followed
 */
export function useSendDue(store: Store, sources: readonly Source[] | undefined): void {
  useEffect(() => {
    if (!sources) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let [stopped, looking, asked] = [false, false, 0];
    const look = async (): Promise<void> => {
      asked++;
      if (looking) return;
      looking = true;
      clearTimeout(timer);
      let wait: number | undefined = LONGEST_WAIT_MS;
      try {
        for (let answered = 0; answered !== asked;) {
          answered = asked;
          wait = await sendUntilNext(store, sources);
        }
      } catch {
        // An erased database, or no connection to load the rest of the page by: later.
      }
      looking = false;
      if (!stopped && wait !== undefined) {
        timer = setTimeout(() => void look(), Math.min(Math.max(wait, 1_000), LONGEST_WAIT_MS));
      }
    };
    const unsubscribe = store.subscribe(() => void look());
    void look();
    return () => {
      stopped = true;
      clearTimeout(timer);
      unsubscribe();
    };
  }, [store, sources]);
}

/** Sends what is due. @returns milliseconds until the next upload is; undefined where none waits */
async function sendUntilNext(store: Store, sources: readonly Source[]): Promise<number | undefined> {
  for (;;) {
    const due = waitingUploads(await store.ownReports(), sources).map(({ dueAt }) => dueAt);
    if (due.length === 0) return undefined;
    const wait = Math.min(...due) - unixNow();
    if (wait > 0) return wait * 1_000;
    // What a check does not need is loaded when it is needed.
    const { sendDue } = await import("./sendDue.ts");
    await sendDue(store, sources);
  }
}
