import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type Locator, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { formatBroadcastKey, type BroadcastKey } from "@tocsin/protocol/report/broadcastKeys.ts";
import { startStack, type Stack } from "../../demo/stack.ts";
import { findChromium } from "../support/chromium.ts";
import { openDapp, visit } from "../support/dappPage.ts";
import { FakeBridge } from "./support/fakeBridge.ts";
import { isFocused } from "./support/keyboard.ts";
import { connectRecorder } from "./support/pageStates.ts";
import { storedCounts } from "./support/storedCounts.ts";

const HOUR = 3_600;

let folder: string;
let stack: Stack;
let bridge: FakeBridge;
let browser: Browser;
let page: Page;
let complaints: string[];
/** Yesterday from 6 to 12, of which the page has the key; from 12 to 18 and from 18 to 24, of which the recorder has. */
let keys: [BroadcastKey, BroadcastKey, BroadcastKey];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tocsin-recorder-report-"));
  stack = await startStack({ dapp: "built", folder: join(folder, "stack") });
  bridge = await FakeBridge.start();
  browser = await chromium.launch(await findChromium());
}, 120_000);

beforeEach(async () => {
  complaints = [];
  keys = makeKeys();
  [bridge.keys, bridge.request] = [keys.slice(1), undefined];
  page = await openDapp(browser, stack.dapp, complaints);
  await visit(page, "My data");
  const buffer = Buffer.from(formatBroadcastKey(keys[0]));
  await page.getByLabel("Broadcast keys file").setInputFiles({ name: "k", mimeType: "text/plain", buffer });
  await page.getByText(/^Imported: 1 new/).waitFor();
  await connectRecorder(page, { bridge });
  await visit(page, "Report");
});

afterAll(async () => {
  await browser.close();
  await bridge.stop();
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

function makeKeys(): typeof keys {
  const date = new Date();
  const six = new Date(date.getFullYear(), date.getMonth(), date.getDate() - 1, 6).getTime() / 1_000;
  const from = (startedAt: number): BroadcastKey => ({
    rak: crypto.getRandomValues(new Uint8Array(32)),
    ...{ startedAt, rotation: 900, firstIndex: 1, lastIndex: 24 },
  });
  return [from(six), from(six + 6 * HOUR), from(six + 12 * HOUR)];
}

const button = (name: string): Locator => page.getByRole("button", { name, exact: true });

/** Goes on to the review with what is chosen, and sends. */
async function send(): Promise<void> {
  await button("Next: symptoms").click();
  await button("Next: check your answers").click();
  await page.getByRole("checkbox").check();
  await button("Send report").click();
}

async function confirmed(): Promise<void> {
  const heading = page.getByRole("heading", { name: "Confirm on your recorder" });
  await heading.waitFor();
  await expect.poll(() => isFocused(heading)).toBe(true);
  await page.getByText("tocsin-recorder approve", { exact: true }).waitFor();
  await page.getByText(/^Waiting for you to confirm, until \d\d:\d\d/).waitFor();
}

const storedKeys = (): Promise<{ firstIndex: number; lastIndex: number; retiredAt?: number }[]> =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const opening = indexedDB.open("tocsin");
        opening.onsuccess = () => {
          const all = opening.result.transaction("keys").objectStore("keys").getAll();
          all.onsuccess = () => {
            opening.result.close();
            resolve(all.result as never);
          };
        };
      }),
  );

it("covers the recorder's hours once that was confirmed there, and retires the keys that came", async () => {
  await page.getByText("18 of 18 hours chosen, on 1 day.").waitFor();
  // 20:00 and what follows: 8 of the last key's 24 numbers.
  for (const hour of ["20:00", "21:00", "22:00", "23:00"])
    await page.getByRole("gridcell", { name: new RegExp(`, ${hour} to `) }).click();
  await button("Next: symptoms").click();
  await button("Next: check your answers").click();
  await page.getByText("3 reports about 56 contact numbers will be sent").waitFor();
  await page.getByRole("checkbox").check();
  await button("Send report").click();
  await confirmed();
  expect(bridge.request?.windows).toEqual([{ from: keys[1].startedAt, to: keys[1].startedAt + 8 * HOUR }]);
  expect((await storedCounts(page)).keys).toBe(1);
  bridge.approve();
  await page.getByRole("heading", { name: "Your report was sent" }).waitFor();
  await page.getByText(/signed receipts for 3 of 3 reports/).waitFor();
  const stored = await storedKeys();
  expect(stored.map(({ lastIndex }) => lastIndex).sort((a, b) => a - b)).toEqual([8, 24, 24]);
  expect(stored.every(({ retiredAt }) => retiredAt !== undefined)).toBe(true);
  await button("Done").click();
  await page.getByText("All of it has been reported").waitFor();
  expect(complaints).toEqual([]);
}, 120_000);

it("asks the recorder for nothing where no chosen hour needs it", async () => {
  for (let hour = 12; hour < 24; hour++)
    await page.getByRole("gridcell", { name: new RegExp(`, ${hour}:00 to `) }).click();
  await send();
  await page.getByRole("heading", { name: "Your report was sent" }).waitFor();
  expect(bridge.request).toBeUndefined();
  await button("Done").click();
  await page.getByText("12 of 12 hours chosen, on 1 day.").waitFor();
}, 120_000);

it("sends nothing when it is refused, not answered in time, or cancelled, and can be sent again", async () => {
  await send();
  await confirmed();
  bridge.deny();
  await page.getByRole("alert").getByText("Somebody at the recorder refused to give the keys.").waitFor();
  await page.getByText("3 reports about 72 contact numbers will be sent").waitFor();
  const again = async (): Promise<void> => {
    await page.getByRole("checkbox").check();
    await button("Send report").click();
    await confirmed();
  };
  await again();
  bridge.expire();
  await page.getByRole("alert").getByText("Nobody confirmed it on the recorder in time").waitFor();
  await again();
  await button("Cancel").click();
  await page.getByRole("heading", { name: "Check your answers" }).waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
  expect(bridge.request).toBeUndefined();
  expect(bridge.keys).toHaveLength(2);
  expect(await storedCounts(page)).toMatchObject({ keys: 1, reports: 0 });
}, 120_000);

it("loses no keys of a request that it cancels while somebody agrees", async () => {
  await send();
  await confirmed();
  bridge.isGranting = true;
  try {
    bridge.approve();
    await button("Cancel").click();
    await page.getByRole("heading", { name: "Check your answers" }).waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
    expect((await storedCounts(page)).keys).toBe(1);
  } finally {
    bridge.isGranting = false;
  }
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await page.getByText("3 reports about 72 contact numbers will be sent").waitFor();
  expect((await storedCounts(page)).keys).toBe(3);
}, 120_000);

it("loses no keys that were given while the page was closed", async () => {
  await send();
  await confirmed();
  // As when a browser crashes: nobody takes the request back.
  const other = await page.context().newPage();
  await page.close({ runBeforeUnload: false });
  bridge.approve();
  page = other;
  await page.goto(`${stack.dapp}#/report`);
  await page.getByText("18 of 18 hours chosen, on 1 day.").waitFor();
  expect((await storedKeys()).map(({ retiredAt }) => retiredAt)).toEqual([undefined, undefined, undefined]);
  await send();
  await page.getByRole("heading", { name: "Your report was sent" }).waitFor();
}, 120_000);

it("goes on without the recorder's hours where it is out of reach, and says that they are missing", async () => {
  bridge.leave();
  try {
    await page.reload();
    await page.getByText("The hours of your recorder are missing").waitFor();
    await page.getByText("6 of 6 hours chosen, on 1 day.").waitFor();
  } finally {
    bridge.comeBack();
  }
  await button("Try again").click();
  await page.getByText("18 of 18 hours chosen, on 1 day.").waitFor();
  expect(await page.getByText("The hours of your recorder are missing").count()).toBe(0);
}, 120_000);
