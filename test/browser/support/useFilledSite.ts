import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { findChromium } from "../../support/chromium.ts";
import { startFilledSite, type FilledSite } from "./filledSite.ts";

/** A filled site and a browser for the tests of a file; ended after them. */
export interface FilledSiteBench {
  site: FilledSite;
  browser: Browser;
}

/** Starts both before the tests. They are there once a test runs. */
export function useFilledSite(): FilledSiteBench {
  const bench = {} as FilledSiteBench;
  beforeAll(async () => {
    bench.site = await startFilledSite();
    bench.browser = await chromium.launch(await findChromium());
  }, 120_000);
  afterAll(async () => {
    await bench.browser.close();
    await bench.site.stop();
  });
  return bench;
}
