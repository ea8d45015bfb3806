import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { Community, contactOf, entryOf, LOG_ID } from "@tocsin/protocol/check/support/community.ts";
import { FAKE_CHAIN_ID } from "@tocsin/protocol/check/support/fakeChain.ts";
import { formatContactRecord, type ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { serveDapp } from "../../demo/stack.ts";
import { serveChain } from "../support/chainServer.ts";
import { findChromium } from "../support/chromium.ts";
import { check, importContacts, openDapp, visit } from "../support/dappPage.ts";
import { startGateway, type Gateway } from "../support/gateway.ts";
import type { TestServer } from "../support/server.ts";

let gateway: Gateway;
let rpc: TestServer;
let dapp: { url: string; stop(): Promise<void> };
let browser: Browser;
let page: Page;
let complaints: string[];
let near: ContactRecord;
/** Of two minutes. */
let brief: ContactRecord;

beforeAll(async () => {
  const now = Math.floor(Date.now() / 1_000);
  const community = new Community();
  const { cidDigest, file } = community.publish(now - 60, entryOf(1, 1, 8), entryOf(2, 1, 8));
  gateway = await startGateway();
  gateway.serve(cidDigest, file);
  rpc = await serveChain(community.chain);
  near = { ...contactOf(1, 2, now - 9_000, now - 8_400), averageDistance: 1.5 };
  brief = { ...contactOf(2, 2, now - 20_000, now - 19_880), averageDistance: 1.5 };
  dapp = await serveDapp("built", {
    ...{ rpc: rpc.url, chainId: FAKE_CHAIN_ID, registry: to0x(community.chain.registry), logId: LOG_ID },
    gateways: [gateway.url],
  });
  browser = await chromium.launch(await findChromium());
});

beforeEach(async () => {
  complaints = [];
  page = await openDapp(browser, dapp.url, complaints);
});

afterAll(async () => {
  await browser.close();
  await dapp.stop();
  for (const server of [rpc, gateway]) await server.stop();
});

const linesOf = (...contacts: ContactRecord[]): string => contacts.map(formatContactRecord).join("\n");
const whyLess = (): Promise<string[]> =>
  page.getByRole("region", { name: "Less relevant exposure" }).locator("dd").first().allTextContents();

it("shows relevant exposures first, and less relevant ones apart with their reasons", async () => {
  await importContacts(page, linesOf(brief, near));
  await check(page, "Possible exposure");
  await page.getByRole("link", { name: "Show alerts" }).click();
  await page.getByRole("heading", { name: "Less relevant" }).waitFor();
  const cards = page.getByRole("region", { name: /exposure$/i });
  expect(await cards.evaluateAll((all) => all.map((each) => each.getAttribute("aria-label")))).toEqual([
    "Exposure",
    "Less relevant exposure",
  ]);
  expect(await whyLess()).toEqual(["Not longer than 5 minutes"]);
  await page.getByText("What counts as relevant", { exact: true }).click();
  await page.getByText("Nearer than 3 metres on average, or not measured").waitFor();
  expect(complaints).toEqual([]);
});

it("neither raises an alarm nor says that nothing was detected where all that is found is less relevant", async () => {
  await importContacts(page, linesOf(brief));
  await check(page, "Only less relevant encounters");
  expect(await page.getByText(/No exposures detected|Possible exposure/i).count()).toBe(0);
  await page
    .getByText("The check is complete. Only less relevant encounters.")
    .waitFor({ state: "attached" });
  await visit(page, "Alerts");
  expect(await whyLess()).toEqual(["Not longer than 5 minutes"]);
});

it("lets the user say what counts, over a reload, and go back to the defaults", async () => {
  await importContacts(page, linesOf(brief));
  await visit(page, "Settings");
  await page.getByLabel("Longer than (minutes)").fill("many");
  await page.getByLabel("In the last (days)").fill("15");
  await page.getByRole("button", { name: "Save what counts" }).click();
  await page.getByText("A whole number of days from 1 to 14.").waitFor();
  await page.getByLabel("Longer than (minutes)").fill("1");
  await page.getByLabel("In the last (days)").fill("7");
  await page.getByLabel("Reports without symptoms").uncheck();
  await page.getByRole("button", { name: "Save what counts" }).click();
  await page.getByText("Saved: the last result is shown by it.").waitFor();
  await page.reload();
  expect(await page.getByLabel("In the last (days)").inputValue()).toBe("7");
  expect(await page.getByLabel("Reports without symptoms").isChecked()).toBe(false);
  await check(page, "Possible exposure");
  await visit(page, "Alerts");
  await page.getByText("What counts as relevant", { exact: true }).click();
  await page.getByText("Longer than 1 minute", { exact: true }).waitFor();
  await visit(page, "Settings");
  await page.getByRole("button", { name: "Use the defaults" }).click();
  await page.getByText("The defaults are in use.").waitFor();
  await expect.poll(() => page.getByLabel("Longer than (minutes)").inputValue()).toBe("5");
  await visit(page, "Home");
  await page.getByRole("heading", { name: "Only less relevant encounters" }).waitFor();
});
