import { gzipSync } from "node:zlib";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findChromium } from "../support/chromium.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { startFilledSite, type FilledSite } from "./support/filledSite.ts";

const LIMIT_KB = 170;

let site: FilledSite;
let counting: TestServer;
let browser: Browser;
/** Bytes of each file that was asked for, packed as a host would send it. */
const loaded = new Map<string, number>();
const contents: string[] = [];

beforeAll(async () => {
  site = await startFilledSite();
  counting = await startServer(async ({ url = "/" }, _, response) => {
    const answer = await fetch(new URL(url, site.url));
    const body = Buffer.from(await answer.arrayBuffer());
    loaded.set(url, gzipSync(body).length);
    contents.push(body.toString("latin1"));
    response.statusCode = answer.status;
    response.setHeader("content-type", answer.headers.get("content-type") ?? "");
    response.end(body);
  });
  browser = await chromium.launch(await findChromium());
}, 120_000);

afterAll(async () => {
  await browser.close();
  await counting.stop();
  await site.stop();
});

for (const locale of ["en", "de", "fr"]) {
  it(`from nothing to a check's result takes at most ${LIMIT_KB} kB, and no wallet, in ${locale}`, async () => {
    // What the service worker keeps for later is no part of it.
    const page = await site.open(browser, "contacts", { locale, serviceWorkers: "block", url: counting.url });
    const context = page.context();
    await page.close();
    loaded.clear();
    contents.length = 0;
    const fresh = await context.newPage();
    await (await context.newCDPSession(fresh)).send("Network.setCacheDisabled", { cacheDisabled: true });
    await fresh.goto(counting.url);
    await fresh.locator("main button").first().click();
    await fresh.locator('main a[href^="#/alerts"]').first().waitFor();
    const total = [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0) / 1_000;
    const largest = [...loaded].sort(([, a], [, b]) => b - a).map(([url, bytes]) => `${url} ${bytes}`);
    process.stderr.write(`first load in ${locale}: ${total.toFixed(1)} kB\n`);
    expect(total, largest.join("\n")).toBeLessThanOrEqual(LIMIT_KB);
    expect(largest.join("\n")).toContain("check.worker");
    expect(contents.some((text) => /eip6963/i.test(text))).toBe(false);
    await context.close();
  });
}
