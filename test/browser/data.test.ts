import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { Community, contactOf, entryOf, LOG_ID, rakOf } from "@tocsin/protocol/check/support/community.ts";
import { FAKE_CHAIN_ID } from "@tocsin/protocol/check/support/fakeChain.ts";
import { formatContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { formatBroadcastKey, newBroadcastKeys } from "@tocsin/protocol/report/broadcastKeys.ts";
import { serveDapp } from "../../demo/stack.ts";
import { findChromium } from "../support/chromium.ts";
import { check, importContacts, openDapp, visit } from "../support/dappPage.ts";
import { startGateway, type Gateway } from "../support/gateway.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { mainThreadOf, watchMainThread } from "./support/longestTask.ts";
import { storedCounts } from "./support/storedCounts.ts";

const LINES = 200_000;
/** A machine that is busy with something else may keep the page waiting: what every run has is the page's own. */
const RUNS = 3;
const LIMIT_MS = 200;

const now = Math.floor(Date.now() / 1_000);
const near = formatContactRecord({ ...contactOf(1, 2, now - 9_000, now - 8_400), averageDistance: 1.5 });
const keys = newBroadcastKeys({ from: now - 40_000, to: now }, () => randomBytes(32));

let folder: string;
let gateway: Gateway;
let rpc: TestServer;
/** What the RPC waits for before it answers. */
let gate: Promise<undefined> | undefined;
let asked: () => void;
let dapp: { url: string; stop(): Promise<void> };
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tocsin-data-"));
  const community = new Community();
  const { cidDigest, file } = community.publish(now - 60, entryOf(1, 1, 8));
  gateway = await startGateway();
  gateway.serve(cidDigest, file);
  rpc = await startServer(async (_, body, response) => {
    const { id, method, params } = JSON.parse(body.toString()) as {
      id: number;
      method: string;
      params: unknown[];
    };
    asked();
    await gate;
    const result = await community.chain.rpc(method, params);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
  });
  dapp = await serveDapp("built", {
    ...{ rpc: rpc.url, chainId: FAKE_CHAIN_ID, registry: to0x(community.chain.registry), logId: LOG_ID },
    gateways: [gateway.url],
  });
  browser = await chromium.launch(await findChromium());
});

beforeEach(async () => {
  gate = undefined;
  asked = () => undefined;
  complaints = [];
  page = await openDapp(browser, dapp.url, complaints);
});

afterAll(async () => {
  await browser.close();
  await dapp.stop();
  for (const server of [rpc, gateway]) await server.stop();
  rmSync(folder, { recursive: true });
});

/** Chooses files by their paths: their bytes then go no way through the page's main thread. */
async function importAs(label: string, path: string, result: RegExp): Promise<void> {
  await page.getByLabel(label, { exact: true }).setInputFiles(path);
  await page.getByText(result).waitFor();
}

async function exportAs(button: string): Promise<string> {
  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button }).click(),
  ]);
  return readFileSync(await saved.path(), "utf8");
}

async function confirm(label: string): Promise<void> {
  await page.getByRole("button", { name: label }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Erase" }).click();
}

it("imports 200,000 contact records while the page answers, and gives them back as they were", async () => {
  const lines = Array.from({ length: LINES }, (_, i) => {
    const seen = { tcn: randomBytes(16), firstSeen: now - 5 * i - 600, lastSeen: now - 5 * i };
    return formatContactRecord({ ...seen, averageDistance: 0.5 + (i % 40) / 10, samples: 1 + (i % 9) });
  });
  const path = join(folder, "contacts.jsonl");
  writeFileSync(path, lines.join("\n"));
  const runs: number[] = [];
  for (let best = Infinity; best >= LIMIT_MS && runs.length < RUNS; best = Math.min(...runs)) {
    if (runs.length > 0) page = await openDapp(browser, dapp.url, complaints);
    await visit(page, "My data");
    await watchMainThread(page);
    await importAs("Contact records file", path, new RegExp(`^Imported: ${LINES} new\\.$`));
    runs.push((await mainThreadOf(page)).longestTask);
  }
  process.stderr.write(`the page's longest tasks during an import: ${runs.join(", ")} ms\n`);
  expect(Math.min(...runs)).toBeLessThan(LIMIT_MS);
  await page.getByText(/200,000 contact records stored/).waitFor();

  const exported = await exportAs("Export contact records");
  expect(exported.trimEnd().split("\n").sort().join() === lines.sort().join(), "the same records").toBe(true);
  await confirm("Erase contact records");
  await page.getByText(/^0 contact records stored/).waitFor();
  const again = join(folder, "again.jsonl");
  writeFileSync(again, exported);
  await importAs("Contact records file", again, new RegExp(`^Imported: ${LINES} new\\.$`));
  expect((await exportAs("Export contact records")) === exported, "the same file").toBe(true);
  expect(complaints).toEqual([]);
}, 300_000);

it("names broken lines by their numbers in the whole file, and keeps the others", async () => {
  await visit(page, "My data");
  const path = join(folder, "broken.jsonl");
  const good = Array.from({ length: 2_000 }, () =>
    formatContactRecord({ ...contactOf(1, 1, now - 600, now), tcn: randomBytes(16) }),
  );
  writeFileSync(path, [...good, "{", ...good.slice(0, 1), '{"tcn": 5}'].join("\n"));
  await importAs("Contact records file", path, /^Imported: 2000 new, 1 duplicate merged, 2 broken lines\.$/);
  const broken = page.getByRole("region", { name: "Broken lines" }).locator("tbody tr td:first-child");
  expect(await broken.allTextContents()).toEqual(["2001", "2003"]);
  writeFileSync(path, "x".repeat(3_000_000));
  await importAs("Contact records file", path, /could not be imported/);
});

it("takes a dropped file, and gives keys and everything back", async () => {
  await visit(page, "My data");
  const text = keys.map(formatBroadcastKey).join("\n");
  const files = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], "keys.jsonl"));
    return transfer;
  }, text);
  await page.getByLabel("Broadcast keys file").dispatchEvent("drop", { dataTransfer: files });
  await page.getByText(`Imported: ${keys.length} new.`).waitFor();
  const lines = (await exportAs("Export broadcast keys")).trimEnd().split("\n");
  expect(lines.sort()).toEqual(text.split("\n").sort());
  const everything = JSON.parse(await exportAs("Export everything")) as {
    keys: unknown[];
    contacts: unknown[];
  };
  expect(everything).toMatchObject({ format: "tocsin-export", contacts: [] });
  expect(everything.keys).toHaveLength(keys.length);
  await confirm("Erase broadcast keys");
  await page.getByText("Broadcast keys erased.").waitFor();
  expect((await storedCounts(page)).keys).toBe(0);
});

it("erases everything from IndexedDB, also while a check runs", async () => {
  await importContacts(page, near);
  await page.getByLabel("Broadcast keys file").setInputFiles({
    ...{ name: "keys.jsonl", mimeType: "text/plain" },
    buffer: Buffer.from(formatBroadcastKey({ ...keys[0]!, rak: rakOf(9) })),
  });
  await page.getByText(/1 broadcast key stored/).waitFor();
  await check(page, "Possible exposure");
  const before = await storedCounts(page);
  for (const name of ["contacts", "keys", "choices", "outcomes", "health", "memory"])
    expect(before[name], name).toBeGreaterThan(0);

  const [open, reached] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  gate = open.promise;
  asked = () => reached.resolve(undefined);
  await page.getByRole("button", { name: /Check (now|again)/ }).click();
  await reached.promise;
  await visit(page, "My data");
  await confirm("Erase everything");
  await page.getByText("Everything erased.").waitFor();
  open.resolve(undefined);
  const nothing = Object.fromEntries(Object.keys(before).map((name) => [name, 0]));
  expect(await storedCounts(page)).toEqual(nothing);
  await page.reload();
  await page.getByText(/^0 contact records stored/).waitFor();
  expect(await storedCounts(page)).toEqual(nothing);
});

it("two tabs stay in step: records, settings, and what the other erases", async () => {
  await visit(page, "My data");
  const other = await page.context().newPage();
  await other.goto(`${dapp.url}#/data`);
  await importContacts(page, near);
  await other.getByText(/1 contact record stored/).waitFor();
  await other.getByRole("button", { name: "Erase everything" }).click();
  await other.getByRole("alertdialog").getByRole("button", { name: "Erase" }).click();
  await page.getByText(/^0 contact records stored/).waitFor();
  await other.goto(`${dapp.url}#/settings`);
  await other.getByLabel("Dark").check();
  await page.locator('html[data-theme="dark"]').waitFor();
});

it("changes language and colours at once, and keeps both", async () => {
  await visit(page, "Settings");
  await page.getByLabel("Dark").check();
  await page.getByRole("status").getByText("Saved.").waitFor();
  await page.locator('html[data-theme="dark"]').waitFor();
  const language = page.locator("select");
  await language.selectOption("de");
  await page.locator('html[lang="de"]').waitFor();
  await page.getByRole("status").getByText("Deutsch").waitFor();
  expect(await language.evaluate((select) => select === document.activeElement)).toBe(true);
  await page.reload();
  await page.locator('html[lang="de"][data-theme="dark"]').waitFor();
  await language.selectOption("en");
  await page.locator('html[lang="en"]').waitFor();
  await page.getByLabel("As the device has it").check();
  await page.locator("html:not([data-theme])").waitFor();
  expect(complaints).toEqual([]);
});

it("warns where the browser deletes what a page stored, and only there", async () => {
  await visit(page, "My data");
  await page.getByRole("heading", { name: "How safely it is kept" }).waitFor();
  expect(await page.getByText(/not visited for seven days/).count()).toBe(0);
  await page.addInitScript(() =>
    Object.defineProperty(navigator, "vendor", { value: "Apple Computer, Inc." }),
  );
  await page.reload();
  await page.getByText(/not visited for seven days/).waitFor();
  await page.getByText(/takes [\d.]+ (kB|MB)/).waitFor();
});
