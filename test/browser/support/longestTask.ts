import type { Page } from "playwright-core";

/** What a page's main thread was busy with, in milliseconds. */
export interface MainThread {
  /** The longest task that the browser itself names; it names none below 50. */
  longestTask: number;
  /** The longest time between two turns of a timer that is always due. */
  longestGap: number;
  /** How often that timer had its turn. */
  turns: number;
}

interface Watched {
  watched?: MainThread;
}

/** Begins to watch a page's main thread. */
export function watchMainThread(page: Page): Promise<void> {
  return page.evaluate(() => {
    const seen: MainThread = { longestTask: 0, longestGap: 0, turns: 0 };
    (globalThis as Watched).watched = seen;
    const begun = performance.now();
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) {
        if (startTime >= begun) seen.longestTask = Math.max(seen.longestTask, duration);
      }
    }).observe({ type: "longtask", buffered: true });
    let last = begun;
    const turn = (): void => {
      const now = performance.now();
      seen.longestGap = Math.max(seen.longestGap, now - last);
      seen.turns++;
      last = now;
      setTimeout(turn, 0);
    };
    setTimeout(turn, 0);
  });
}

/** What was seen since then. */
export function mainThreadOf(page: Page): Promise<MainThread> {
  return page.evaluate(() => {
    const { watched } = globalThis as Watched;
    if (!watched) throw new Error("nobody watches this page");
    return watched;
  });
}
