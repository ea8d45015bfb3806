import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { chromium } from "playwright-core";
import { build, type Rolldown } from "vite";
import { findChromium } from "../test/support/chromium.ts";
import { measure } from "./support/measure.ts";
import { ratchetRates, TCNS } from "./support/ratchetTasks.ts";
import type { Result } from "./support/report.ts";

/** Contact numbers derived a second, on one thread in two engines, and on two threads. */
export async function benchMatching(): Promise<Result[]> {
  return [
    ...engine("node", await ratchetRates()),
    ...engine("chromium", await ratesInChromium()),
    ...(await ratesOfThreads()),
  ];
}

type Rates = Awaited<ReturnType<typeof ratchetRates>>;

function engine(name: string, rates: Rates): Result[] {
  return rates.map(([task, value]) => rate(`${task}-${name}`, value, `noble-${name}`));
}

function rate(name: string, value: number, baseline: string): Result {
  return { name, value, unit: "TCN/s", baseline };
}

/** The very same measurement in a page: one script made of it and of all that it imports. */
async function ratesInChromium(): Promise<Rates> {
  const entry = import.meta.resolve("./support/ratchetTasks.ts");
  const built = (await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      target: "es2022",
      lib: { entry: new URL(entry).pathname, formats: ["iife"], name: "ratchetTasks" },
    },
  })) as Rolldown.RolldownOutput[];
  const browser = await chromium.launch(await findChromium());
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: built[0]!.output[0].code });
    return await page.evaluate<Rates>("ratchetTasks.ratchetRates()");
  } finally {
    await browser.close();
  }
}

/** Threads share nothing: each expands reports of its own. */
async function ratesOfThreads(): Promise<Result[]> {
  const threads = [0, 1].map(() => new Worker(new URL("./support/ratchetThread.ts", import.meta.url)));
  const expandOn = async (used: readonly Worker[]): Promise<void> => {
    const done = used.map((thread) => once(thread, "message"));
    for (const thread of used) thread.postMessage("expand");
    await Promise.all(done);
  };
  try {
    const seconds = await measure([
      { name: "one-worker", run: () => expandOn(threads.slice(0, 1)) },
      { name: "two-workers", run: () => expandOn(threads) },
    ]);
    return [
      rate("one-worker", TCNS / seconds.get("one-worker")!, "one-worker"),
      rate("two-workers", (2 * TCNS) / seconds.get("two-workers")!, "one-worker"),
    ];
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}
