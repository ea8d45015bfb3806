import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import { createSignedReport } from "@tocsin/protocol/report/create.ts";
import { tcnsOf, type SignedReport } from "@tocsin/protocol/report/report.ts";
import { serveDapp } from "../../demo/stack.ts";
import { startAnvil, type Anvil } from "../support/anvil.ts";
import { findChromium } from "../support/chromium.ts";
import { openDapp, skipIntroduction, visit } from "../support/dappPage.ts";
import { openTestLog, type TestLog } from "../support/deploy.ts";
import { startGateway, type Gateway } from "../support/gateway.ts";

const DAY = 86_400;

let anvil: Anvil;
let log: TestLog;
let gateway: Gateway;
let dapp: { url: string; stop(): Promise<void> };
let browser: Browser;
let page: Page;
/** A contact that the first report covers. */
let contact: { tcn: string; firstSeen: number; lastSeen: number; samples: number };

const reportBy = (person: number): SignedReport =>
  createSignedReport(new Uint8Array(32).fill(person), { j1: 1, j2: 24, memoType: 1, memo: new Uint8Array() });

async function publish(person: number): Promise<void> {
  const { cidDigest, file } = await log.append([reportEntry(reportBy(person).bytes)]);
  gateway.serve(cidDigest, file);
}

beforeAll(async () => {
  [anvil, gateway] = await Promise.all([startAnvil(), startGateway()]);
  log = await openTestLog(anvil);
  for (const person of [1, 2, 3]) await publish(person);
  const now = Math.floor(Date.now() / 1_000);
  const tcn = toHex(tcnsOf(reportBy(1)).subarray(0, 16));
  contact = { tcn, firstSeen: now - 9_000, lastSeen: now - 8_400, samples: 9 };
  dapp = await serveDapp("built", {
    ...{ rpc: anvil.url, chainId: anvil.chainId, registry: log.registry, logId: log.logId },
    gateways: [gateway.url],
    relayer: gateway.url,
  });
  browser = await chromium.launch(await findChromium());
}, 120_000);

beforeEach(async () => {
  page = await openDapp(browser, dapp.url, []);
  await importContacts();
});

afterAll(async () => {
  await browser.close();
  await dapp.stop();
  for (const server of [gateway, anvil]) await server.stop();
});

async function importContacts(): Promise<void> {
  await visit(page, "My data");
  const buffer = Buffer.from(JSON.stringify(contact));
  await page.getByLabel("Contact records file").setInputFiles({ name: "c", mimeType: "text/plain", buffer });
  await page.getByText(/^Imported:/).waitFor();
}

/** Checks, and says how many batches were asked for. The page is loaded anew, so that it shows no earlier end. */
async function fetchedByCheck(end: RegExp): Promise<number> {
  gateway.requests.length = 0;
  await page.reload();
  await visit(page, "Home");
  await page.getByRole("button", { name: "Check now" }).click();
  await page.getByText(end).waitFor({ state: "attached" });
  return gateway.requests.length;
}
const complete = /^The check is complete/;
/** How many exposures are listed. */
async function exposures(): Promise<number> {
  await visit(page, "Alerts");
  return page.locator('a[href$="/proof"]').count();
}

/** How many batches the page remembers. */
const remembered = (): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const opening = indexedDB.open("tocsin");
        opening.onsuccess = () => {
          const database = opening.result;
          const counting = database.transaction("memory").objectStore("memory").index("anchoredAt").count();
          counting.onsuccess = () => {
            database.close();
            resolve(counting.result);
          };
        };
      }),
  );

it("a second check asks for no batch again, and a later one for what is new", async () => {
  expect(await fetchedByCheck(complete)).toBe(3);
  expect(await exposures()).toBe(1);
  expect(await fetchedByCheck(complete)).toBe(0);
  expect(await exposures()).toBe(1);
  await publish(4);
  expect(await fetchedByCheck(complete)).toBe(1);
  expect(await exposures()).toBe(1);
});

it("a check goes on where one was cut short", async () => {
  const total = log.batches.length;
  const { cidDigest, file } = await log.append([reportEntry(reportBy(5).bytes)]);
  await fetchedByCheck(/could not be verified$/);
  expect(await remembered()).toBe(total);
  gateway.serve(cidDigest, file);
  expect(await fetchedByCheck(complete)).toBe(1);
});

it("what is remembered goes with the contacts, and after 14 days", async () => {
  const total = log.batches.length;
  expect(await fetchedByCheck(complete)).toBe(total);
  expect(await remembered()).toBe(total);
  await visit(page, "My data");
  await page.getByRole("button", { name: "Erase contact records" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Erase", exact: true }).click();
  await page.getByText("Contact records erased.").waitFor();
  expect(await remembered()).toBe(0);
  await importContacts();
  expect(await fetchedByCheck(complete)).toBe(total);
  await page.clock.setFixedTime(Date.now() + 15 * DAY * 1_000);
  await page.reload();
  await visit(page, "Settings");
  expect(await remembered()).toBe(0);
});

it("a database of the version before is taken over with what it holds", async () => {
  const context = await browser.newContext();
  const before = await context.newPage();
  await before.goto(new URL("icon.svg", dapp.url).href);
  await before.evaluate(
    ({ tcn, firstSeen, lastSeen, samples }) =>
      new Promise<void>((resolve) => {
        const opening = indexedDB.open("tocsin", 1);
        opening.onupgradeneeded = () => {
          for (const name of ["contacts", "keys", "settings", "outcome"])
            opening.result.createObjectStore(name);
          opening.result.createObjectStore("reports", { keyPath: "leaf" });
        };
        opening.onsuccess = () => {
          const transaction = opening.result.transaction("contacts", "readwrite");
          const tcns = Uint8Array.from(tcn.match(/../g)!, (byte) => Number.parseInt(byte, 16));
          const numbers = Float64Array.of(firstSeen, lastSeen, Number.NaN, Number.NaN, samples);
          transaction.objectStore("contacts").put({ tcns, numbers }, Math.floor(firstSeen / 86_400));
          transaction.oncomplete = () => {
            opening.result.close();
            resolve();
          };
        };
      }),
    contact,
  );
  await before.close();
  page = await context.newPage();
  await page.goto(dapp.url);
  await skipIntroduction(page);
  expect(await fetchedByCheck(complete)).toBe(log.batches.length);
  expect(await exposures()).toBe(1);
  expect(await fetchedByCheck(complete)).toBe(0);
});
