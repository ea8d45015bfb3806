import { expect, it } from "vitest";
import { useFilledSite } from "./support/useFilledSite.ts";

/** A machine that is busy with something else may keep the page waiting: the best run is the page's own. */
const RUNS = 10;
const LIMIT_MS = 2_000;
/** A middling phone beside the machine that this runs on, and a good mobile connection. */
const CPU_SLOWDOWN = 4;
const NETWORK = {
  offline: false,
  latency: 40,
  downloadThroughput: 10_000_000 / 8,
  uploadThroughput: 5_000_000 / 8,
};
const QUIET_MS = 500;

const bench = useFilledSite();

for (const visit of ["the first visit", "a visit with a result"] as const) {
  it(`the page can be used within 2 s on a slow device, at ${visit}`, async () => {
    const runs: number[] = [];
    while (runs.length < RUNS && Math.min(Infinity, ...runs) >= LIMIT_MS) {
      runs.push(await interactiveAfter(visit === "the first visit" ? "nothing" : "everything"));
    }
    process.stderr.write(`interactive at ${visit} after ${runs.map(Math.round).join(", ")} ms\n`);
    expect(Math.min(...runs)).toBeLessThan(LIMIT_MS);
  });
}

/**
 * Milliseconds from the navigation until the heading is there and the main thread is free: the end of the last task of
 * more than 50 ms before it was quiet. Nothing comes from a cache.
 */
async function interactiveAfter(holds: "nothing" | "everything"): Promise<number> {
  const before = await bench.site.open(bench.browser, holds, { serviceWorkers: "block" });
  const context = before.context();
  await before.close();
  const page = await context.newPage();
  const devTools = await context.newCDPSession(page);
  await devTools.send("Network.enable");
  await devTools.send("Network.setCacheDisabled", { cacheDisabled: true });
  await devTools.send("Network.emulateNetworkConditions", NETWORK);
  await devTools.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
  await page.addInitScript(watchStart, QUIET_MS);
  await page.goto(bench.site.url);
  const took = await page.waitForFunction(() => (globalThis as { interactive?: number }).interactive);
  const time = (await took.jsonValue())!;
  await context.close();
  return time;
}

/** Runs in the page, before anything of its own. */
function watchStart(quiet: number): void {
  let last = 0;
  let shown = 0;
  const look = (): void => {
    const now = performance.now();
    if (shown === 0 && document.querySelector("h1")) shown = now;
    if (shown > 0 && now - Math.max(last, shown) > quiet) {
      (globalThis as { interactive?: number }).interactive = Math.max(last, shown);
    } else requestAnimationFrame(look);
  };
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) last = Math.max(last, startTime + duration);
  }).observe({ type: "longtask", buffered: true });
  requestAnimationFrame(look);
}
