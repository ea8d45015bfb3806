import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type Locator, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { decodeBatchFile } from "@tocsin/protocol/batch/file.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { readReportEntry } from "@tocsin/protocol/entry/entry.ts";
import { formatBroadcastKey, type BroadcastKey } from "@tocsin/protocol/report/broadcastKeys.ts";
import { rvkOf } from "@tocsin/protocol/tcn/rak.ts";
import { decodeUpload, UPLOAD_LENGTH } from "@tocsin/protocol/upload/upload.ts";
import { startStack, type Stack } from "../../demo/stack.ts";
import { findChromium } from "../support/chromium.ts";
import { openDapp, visit } from "../support/dappPage.ts";
import { isFocused, tabTo } from "./support/keyboard.ts";

const HOUR = 3_600;

let folder: string;
let stack: Stack;
let browser: Browser;
let page: Page;
let complaints: string[];
/** What the page uploaded, in order. */
let uploads: Uint8Array[];
/** Yesterday from 6 to 12 and from 12 to 18, and one of which a number is still on air. */
let keys: [BroadcastKey, BroadcastKey, BroadcastKey];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tocsin-report-"));
  stack = await startStack({ dapp: "built", folder: join(folder, "stack") });
  browser = await chromium.launch(await findChromium());
}, 120_000);

beforeEach(async () => {
  [complaints, uploads] = [[], []];
  page = await openDapp(browser, stack.dapp, complaints);
  page.context().on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/v1/reports"))
      uploads.push(new Uint8Array(request.postDataBuffer()!));
  });
  keys = makeKeys();
  await visit(page, "My data");
  const buffer = Buffer.from(keys.map(formatBroadcastKey).join("\n"));
  await page.getByLabel("Broadcast keys file").setInputFiles({ name: "k", mimeType: "text/plain", buffer });
  await page.getByText(/^Imported: 3 new/).waitFor();
  await visit(page, "Report");
});

afterAll(async () => {
  await browser.close();
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

function makeKeys(): typeof keys {
  const date = new Date();
  const six = new Date(date.getFullYear(), date.getMonth(), date.getDate() - 1, 6).getTime() / 1_000;
  const random = (): Uint8Array => crypto.getRandomValues(new Uint8Array(32));
  const now = Math.floor(Date.now() / 1_000);
  const quarters = { rotation: 900, firstIndex: 1, lastIndex: 24 };
  return [
    { rak: random(), startedAt: six, ...quarters },
    { rak: random(), startedAt: six + 6 * HOUR, ...quarters },
    { rak: random(), startedAt: now - 5_400, rotation: HOUR, firstIndex: 1, lastIndex: 6 },
  ];
}

const press = async (...pressed: string[]): Promise<void> => {
  for (const key of pressed) await page.keyboard.press(key);
};
const button = (name: string): Locator => page.getByRole("button", { name });
const focusedHeading = async (name: string): Promise<void> => {
  await page.getByRole("heading", { name }).waitFor();
  await expect.poll(() => isFocused(page.getByRole("heading", { name }))).toBe(true);
};

/** The index spans that the log's batch files hold of each of the keys. */
async function spansInBatches(): Promise<string[][]> {
  const list = await (await fetch(`${stack.relayer}/v1/batches`)).json();
  const { batches } = list as { batches: { cid: string }[] };
  const spans = new Map<string, string[]>();
  for (const { cid } of batches) {
    const file = await (await fetch(`${stack.relayer}/ipfs/${cid}?format=raw`)).arrayBuffer();
    for (const entry of decodeBatchFile(new Uint8Array(file)).entries) {
      if (entry[0] !== 1) continue;
      const { rvk, j1, j2 } = readReportEntry(entry);
      spans.set(toHex(rvk), [...(spans.get(toHex(rvk)) ?? []), `${j1}–${j2}`]);
    }
  }
  return keys.map(({ rak }) => (spans.get(toHex(rvkOf(rak))) ?? []).sort());
}

/** All of one object store of the page. */
const stored = <T>(name: string): Promise<T[]> =>
  page.evaluate(
    (name) =>
      new Promise<T[]>((resolve) => {
        const opening = indexedDB.open("tocsin");
        opening.onsuccess = () => {
          const all = opening.result.transaction(name).objectStore(name).getAll();
          all.onsuccess = () => {
            opening.result.close();
            resolve(all.result as T[]);
          };
        };
      }),
    name,
  );

/** When the page is to send what it has not sent, in order. */
async function waiting(): Promise<number[]> {
  const reports = await stored<{ dueAt?: number; dummiesDueAt?: number[] }>("reports");
  return reports
    .flatMap(({ dueAt, dummiesDueAt = [] }) => [...(dueAt === undefined ? [] : [dueAt]), ...dummiesDueAt])
    .sort((a, b) => a - b);
}

/** The reports among the uploads, in hex, with how often each was sent. */
function reportsSent(): number[] {
  const counts = new Map<string, number>();
  for (const upload of uploads) {
    const report = decodeUpload(upload);
    if (report) counts.set(toHex(report), (counts.get(toHex(report)) ?? 0) + 1);
  }
  return [...counts.values()];
}

/** Goes on to the review with everything chosen, and sends. @param spread label of when */
async function sendAll(spread?: string): Promise<void> {
  await button("Next: symptoms").click();
  await button("Next: check your answers").click();
  if (spread) await page.getByLabel(spread).check();
  await page.getByRole("checkbox").check();
  await button("Send report").click();
}

const current = (): Locator => page.locator("li[aria-current=step]");

it("is sent by keyboard alone, without the hours left out and padded to a bucket, and is followed until it is anchored", async () => {
  await tabTo(page, page.getByRole("gridcell", { name: /whole day/ }).first());
  await press("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight");
  const eight = page.getByRole("gridcell", { name: /, 08:00 to 09:00, 4 numbers sent/ });
  expect(await isFocused(eight)).toBe(true);
  expect(await eight.getAttribute("aria-label")).toMatch(
    /^\w+day \d+ \w+, 08:00 to 09:00, 4 numbers sent, chosen$/,
  );
  await press("Space", "ArrowRight", "Space");
  expect(await eight.getAttribute("aria-label")).toMatch(/left out$/);
  await page.getByText(/^(11|12) of (13|14) hours chosen/).waitFor();

  await tabTo(page, button("Next: symptoms"));
  await press("Enter");
  await focusedHeading("What do you have?");
  await tabTo(page, page.getByLabel("No cough"));
  await press("ArrowDown", "ArrowDown");
  expect(await page.getByLabel("A dry cough").isChecked()).toBe(true);
  await tabTo(page, page.getByLabel("I’d rather not say"));
  await press("ArrowUp");
  await tabTo(page, button("Next: check your answers"));
  await press("Enter");

  await focusedHeading("Check your answers");
  await tabTo(page, button("Change the symptoms"));
  await press("Enter");
  await focusedHeading("What do you have?");
  expect(await page.getByLabel("I don’t know").isChecked()).toBe(true);
  await tabTo(page, button("Next: check your answers"));
  await press("Enter");
  await focusedHeading("Check your answers");
  await tabTo(page, page.getByRole("checkbox"));
  await press("Space");
  await tabTo(page, button("Send report"));
  await press("Enter");
  await focusedHeading("Your report was sent");

  await expect
    .poll(
      () =>
        current()
          .filter({ hasText: /anchored|finalized/i })
          .count(),
      { timeout: 60_000 },
    )
    .toBe(4);
  expect(await button("Download proof").count()).toBe(4);
  expect(await spansInBatches()).toEqual([["17–24", "1–8"].sort(), ["1–24"], ["1–1"]]);
  expect(uploads.map((upload) => upload.length)).toEqual(Array(8).fill(UPLOAD_LENGTH));
  expect(reportsSent()).toEqual([1, 1, 1, 1]);
  const retired = await stored<{ retiredAt?: number }>("keys");
  expect(retired.map(({ retiredAt }) => typeof retiredAt)).toEqual(["number", "number", "number"]);
  expect(complaints).toEqual([]);
}, 120_000);

it("is spread over hours, goes on after a reload, and sends everything once, with two tabs open", async () => {
  await page.clock.install();
  await page.reload();
  const otherTab = await page.context().newPage();
  await otherTab.goto(stack.dapp);
  await otherTab.getByRole("heading", { level: 1 }).waitFor();
  await sendAll("Over the next 6 hours");
  const plan = page.getByRole("region", { name: "Still to be sent" });
  await plan.getByText(/^[01] of 3 sent/).waitFor();

  await expect.poll(async () => (await waiting()).length + uploads.length).toBe(8);
  const due = await waiting();
  const goTo = async (time: number): Promise<void> => {
    const now = await page.evaluate(() => Date.now() / 1_000);
    await page.clock.fastForward(Math.max(0, Math.ceil(time - now + 1)) * 1_000);
  };
  // What is on its way when the page goes is sent again: it goes where nothing follows for a minute.
  const last = due.findIndex((time, i) => i >= 3 && due[i + 1]! - time > 60);
  await goTo(due[last]!);
  await expect
    .poll(async () => (await waiting()).length, { timeout: 30_000 })
    .toBeLessThanOrEqual(due.length - last - 1);
  await expect.poll(async () => (await waiting()).length + uploads.length).toBe(8);
  expect(uploads.length).toBeLessThan(8);
  await page.reload();
  await plan.getByText(/of 3 sent|All reports are sent/).waitFor();
  await goTo(due.at(-1)!);
  await plan.waitFor({ state: "detached" });
  expect(uploads).toHaveLength(8);
  expect(reportsSent()).toEqual([1, 1, 1]);
}, 120_000);

it("keeps what could not be sent, says why, and sends it when told to", async () => {
  await page.route("**/v1/reports", (route) => route.abort());
  await sendAll();
  await page.getByRole("heading", { name: "Your report could not be sent yet" }).waitFor();
  await page
    .getByText(/^Problem: The relayer did not answer/)
    .first()
    .waitFor();
  await page.reload();
  await page.unroute("**/v1/reports");
  uploads.length = 0;
  await button("Send the rest now").click();
  await page.getByRole("region", { name: "Still to be sent" }).waitFor({ state: "detached" });
  expect(uploads).toHaveLength(8);
  expect(reportsSent()).toEqual([1, 1, 1]);
  expect(await page.getByText(/^Problem/).count()).toBe(0);
  await current().first().waitFor();
}, 120_000);

it("goes to the first source with a relayer unless another is chosen, and is followed through it alone", async () => {
  const site = (await (await fetch(new URL("tocsin.json", stack.dapp))).json()) as object;
  const other = { ...site, name: "Another", logId: 77 };
  await follow([{ ...site, relayer: "" }, other, { ...site, logId: 78, name: "Third" }]);
  await button("Next: symptoms").click();
  await button("Next: check your answers").click();
  expect(await page.getByRole("group", { name: "Where to report" }).getByRole("radio").count()).toBe(2);
  expect(await page.getByLabel("Another").isChecked()).toBe(true);
  await follow([site, other]);
  await sendAll();
  await page.getByRole("heading", { name: "Your report was sent" }).waitFor();
  await follow([other]);
  await expect.poll(() => page.getByText(/^The log of this report is no longer followed/).count()).toBe(3);
}, 120_000);

/** Makes these the sources that the user chose. */
async function follow(sources: object[]): Promise<void> {
  await page.evaluate(
    (sources) =>
      new Promise<void>((resolve) => {
        const opening = indexedDB.open("tocsin");
        opening.onsuccess = () => {
          const writing = opening.result.transaction("choices", "readwrite");
          writing.objectStore("choices").put(sources, "sources");
          writing.oncomplete = () => {
            opening.result.close();
            resolve();
          };
        };
      }),
    sources,
  );
  await page.reload();
}
