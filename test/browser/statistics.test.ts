import { AxeBuilder } from "@axe-core/playwright";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { Community, entryOf, LOG_ID, OPERATOR } from "@tocsin/protocol/check/support/community.ts";
import { FAKE_CHAIN_ID } from "@tocsin/protocol/check/support/fakeChain.ts";
import { serveDapp } from "../../demo/stack.ts";
import { serveChain } from "../support/chainServer.ts";
import { findChromium } from "../support/chromium.ts";
import { openDapp, visit } from "../support/dappPage.ts";
import { startServer, type TestServer } from "../support/server.ts";

const DAY = 86_400;
/** Noon of the last day of this history, UTC. */
const NOON = Date.UTC(2026, 10, 24, 12) / 1_000;

let rpc: TestServer;
let source: {
  name: string;
  rpc: string;
  chainId: number;
  registry: string;
  logId: number;
  gateways: string[];
};
let dapp: { url: string; stop(): Promise<void> };
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  const community = new Community();
  let person = 0;
  const entries = (count: number): Uint8Array[] =>
    Array.from({ length: count }, () => entryOf(++person, 1, 2));
  community.publish(NOON - 20 * DAY, ...entries(4));
  community.publish(NOON - 2 * DAY, ...entries(3));
  community.publish(NOON - 2 * DAY + 1_800, ...entries(2));
  community.publish(NOON - 2 * DAY + 7_200, ...entries(1));
  community.submitDirect(NOON - DAY, ...entries(2));
  community.publish(NOON, ...entries(6));
  rpc = await serveChain(community.chain);
  source = {
    ...{ name: "Our campus", rpc: rpc.url, chainId: FAKE_CHAIN_ID, registry: to0x(community.chain.registry) },
    ...{ logId: LOG_ID, gateways: ["http://127.0.0.1:9"] },
  };
  dapp = await serveDapp("built", source);
  browser = await chromium.launch(await findChromium());
});

beforeEach(async () => {
  complaints = [];
  page = await openDapp(browser, dapp.url, complaints);
  await visit(page, "Statistics");
});

afterEach(() => page.context().close());

afterAll(async () => {
  await browser.close();
  await dapp.stop();
  await rpc.stop();
});

async function readLog(): Promise<void> {
  await page.getByRole("button", { name: "Read the log" }).click();
  await page.getByRole("heading", { name: "The whole log" }).waitFor();
}

/** The rows of a chart's table. */
async function rowsOf(title: string): Promise<string[][]> {
  await page.getByRole("button", { name: `Show “${title}” as a table` }).click();
  const rows = page.getByRole("table", { name: title }).locator("tbody tr");
  return rows.evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
}

/** The last days of a chart that shows fourteen. */
async function lastRows(title: string, count: number): Promise<string[][]> {
  const rows = await rowsOf(title);
  expect(rows).toHaveLength(14);
  return rows.slice(-count);
}

it("shows what the chain tells, in charts that are described and in tables, in both themes", async () => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.getByText(new URL(rpc.url).host).waitFor();
  expect(asked.filter((url) => url.startsWith(rpc.url))).toEqual([]);
  await readLog();

  const facts = page.getByRole("region", { name: "The whole log" });
  await facts.getByText(to0x(OPERATOR)).waitFor();
  const values = await facts.locator("dd").allTextContents();
  expect(values.slice(2, 5)).toEqual(["5", "16", "2"]);

  expect(await lastRows("Batches a day", 4)).toEqual([
    ["21 Nov", "0"],
    ["22 Nov", "3"],
    ["23 Nov", "0"],
    ["24 Nov", "1"],
  ]);
  expect(await lastRows("Reports a day", 3)).toEqual([
    ["22 Nov", "6"],
    ["23 Nov", "0"],
    ["24 Nov", "6"],
  ]);
  expect(await lastRows("Sent directly a day", 2)).toEqual([
    ["23 Nov", "2"],
    ["24 Nov", "0"],
  ]);
  // The first batch of the 22nd came 18 days after the one before, the last one 46 hours after it.
  expect(await lastRows("Time between batches", 3)).toEqual([
    ["22 Nov", "0.5", "1.5", "432"],
    ["23 Nov", "none", "none", "none"],
    ["24 Nov", "46", "46", "46"],
  ]);
  const chart = page.getByRole("img", { name: "Batches a day" });
  expect(await chart.locator("desc").textContent()).toBe(
    "4 batches from 11 November 2026 to 24 November 2026.",
  );

  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  }
  await page.setViewportSize({ width: 320, height: 700 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  expect(complaints).toEqual([]);
});

it("says in words that the log could not be read, and lets the user try again", async () => {
  let isDown = true;
  await page.route(`${rpc.url}/**`, (route) => (isDown ? route.abort() : route.continue()));
  await page.getByRole("button", { name: "Read the log" }).click();
  await page.getByRole("heading", { name: "The log could not be read" }).waitFor();
  isDown = false;
  await readLog();
  expect(await page.getByRole("heading", { name: "The log could not be read" }).count()).toBe(0);
});

it("ends the reading when the user cancels it", async () => {
  const silent = await startServer(() => new Promise(() => undefined));
  await page.route(`${rpc.url}/**`, (route) => route.continue({ url: silent.url }));
  await page.getByRole("button", { name: "Read the log" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Read the log" }).waitFor();
  expect(await page.getByRole("progressbar").count()).toBe(0);
  await silent.stop();
});

it("shows how long the user's own reports took, of the source that is chosen, and asks nobody for it", async () => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const other = { ...source, name: "Our school", logId: 2, relayer: "" };
  const reportOf = (leaf: string, createdAt: number, took: number, deadline?: number) => ({
    ...{ leaf, createdAt, covers: { from: 0, to: 1 }, log: other, relayer: "", state: "anchored" },
    anchor: { anchoredAt: createdAt + took, transactionHash: "0x", blockNumber: 1 },
    ...(deadline === undefined ? {} : { receipt: { deadline } }),
  });
  const now = Math.floor(Date.now() / 1_000) - DAY;
  await keep(
    [source, other],
    [
      reportOf("01", now, 600, now + 1_000),
      reportOf("02", now + 10, 1_200, now + 1_000),
      reportOf("03", now + 20, 90),
    ],
  );
  await page.reload();
  expect(await page.getByRole("heading", { name: "Your own reports" }).count()).toBe(0);
  await page.getByLabel("Source").selectOption("Our school");
  const rows = await rowsOf("Time from signing to anchoring");
  expect(rows.map(([name, , took, kept]) => [name, took, kept])).toEqual([
    ["1", "10", "yes"],
    ["2", "20", "no"],
    ["3", "1.5", "no receipt"],
  ]);
  await page
    .getByText("took 10 minutes to be anchored in the median, and 20 minutes at most")
    .first()
    .waitFor();
  expect(asked.filter((url) => !url.startsWith(dapp.url))).toEqual([]);
});

/** Puts sources and own reports where the page keeps them. */
function keep(sources: unknown[], reports: unknown[]): Promise<void> {
  return page.evaluate(
    (kept) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open("tocsin");
        opening.onerror = () => reject(new Error("the page has no database"));
        opening.onsuccess = () => {
          const writing = opening.result.transaction(["choices", "reports"], "readwrite");
          writing.objectStore("choices").put(kept.sources, "sources");
          for (const report of kept.reports) {
            const bytes = { bytes: new Uint8Array(200), memo: new Uint8Array(20) };
            writing.objectStore("reports").put({ ...(report as object), ...bytes });
          }
          writing.oncomplete = () => {
            opening.result.close();
            resolve();
          };
        };
      }),
    { sources, reports },
  );
}
