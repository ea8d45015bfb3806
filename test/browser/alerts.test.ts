import { chromium, type Browser, type Locator, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { Community, contactOf, LOG_ID, reportOf } from "@tocsin/protocol/check/support/community.ts";
import { FAKE_CHAIN_ID } from "@tocsin/protocol/check/support/fakeChain.ts";
import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import { formatContactRecord, type ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { encodeCoEpiMemo } from "@tocsin/protocol/report/memo.ts";
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
let stranger: ContactRecord;

beforeAll(async () => {
  const now = Math.floor(Date.now() / 1_000);
  const community = new Community();
  const memo = encodeCoEpiMemo({
    reportTime: 1_796_083_200n,
    earliestSymptom: 1_795_996_800n,
    cough: "dry",
    fever: "none",
    symptoms: ["muscleAches"],
  });
  const entries = [1, 2].map((person) => reportEntry(reportOf(person, 1, 8, { memo }).bytes));
  const { cidDigest, file } = community.publish(now - 60, ...entries);
  gateway = await startGateway();
  gateway.serve(cidDigest, file);
  rpc = await serveChain(community.chain);
  near = { ...contactOf(1, 2, now - 9_000, now - 8_400), minDistance: 0.8, averageDistance: 1.5 };
  brief = { ...contactOf(2, 2, now - 20_000, now - 19_880), averageDistance: 1.5 };
  stranger = contactOf(3, 2, now - 9_000, now - 8_400);
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
const cards = (): Locator => page.getByRole("region", { name: /exposure$/i });
const namesOfCards = (): Promise<(string | null)[]> =>
  cards().evaluateAll((all) => all.map((each) => each.getAttribute("aria-label")));
const openFirst = async (): Promise<void> => {
  await page
    .getByRole("link", { name: /^Open:/ })
    .first()
    .click();
  await page.getByRole("heading", { level: 1, name: /^Encounter of/ }).waitFor();
};

it("lists what was found, keeps what was read and doubted, and deletes for good but not for ever", async () => {
  await importContacts(page, linesOf(brief, near));
  await check(page, "Possible exposure");
  await visit(page, "Alerts");
  await page.getByText("2 encounters with somebody who reported. 2 are not read yet.").waitFor();
  expect(await namesOfCards()).toEqual(["Exposure", "Less relevant exposure"]);
  await cards().last().getByText("Not longer than 5 minutes").waitFor();
  await page.getByRole("button", { name: "What counts as relevant" }).click();
  await page.getByText("Nearer than 3 metres on average, or not measured").waitFor();

  await openFirst();
  const encounter = page.getByRole("region", { name: "Encounter" });
  await encounter.getByText("about 10 minutes").waitFor();
  await encounter.getByText("about 0.8 m at the closest, 1.5 m on average").waitFor();
  await encounter.getByText("A dry cough, muscle aches").waitFor();
  await encounter.getByText("Self-reported: nobody has confirmed it").waitFor();
  await encounter.getByText("Reported on 1 December 2026").waitFor();
  await encounter.getByText("First symptom on 30 November 2026, as they say").waitFor();
  await page.getByRole("heading", { name: "What you can do now" }).waitFor();
  await page.getByRole("button", { name: "This can’t be right", exact: true }).click();
  await page.getByRole("button", { name: "Mark it: this can’t be right" }).click();
  await page.getByText("Marked. The alert stays here, with your mark.").waitFor();

  await page.getByRole("link", { name: "All alerts" }).click();
  await page.getByText("1 is not read yet.").waitFor();
  await page.reload();
  await page.getByText("1 is not read yet.").waitFor();
  await cards().first().getByText("You marked it: this can’t be right.").waitFor();
  expect(await cards().first().getByText("Not read yet").count()).toBe(0);
  await cards().last().getByText("Not read yet").waitFor();

  await openFirst();
  await page.getByRole("button", { name: "Delete this alert" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("You deleted 1 alert.").waitFor();
  expect(await namesOfCards()).toEqual(["Less relevant exposure"]);
  await check(page, "Only less relevant encounters");
  await visit(page, "Alerts");
  expect(await namesOfCards()).toEqual(["Less relevant exposure"]);

  await page.getByRole("button", { name: "Show it again" }).click();
  await page.getByText("The deleted alert is shown again.").waitFor();
  await openFirst();
  await page.getByText("You marked it: this can’t be right.").waitFor();
  await page.getByRole("button", { name: "This can’t be right", exact: true }).click();
  await page.getByRole("button", { name: "Take the mark back" }).click();
  await page.getByText("The mark was taken back.").waitFor();
  await page.getByText("You marked it: this can’t be right.").waitFor({ state: "detached" });
  expect(complaints).toEqual([]);
});

it("says whether there was a check where there is nothing to list", async () => {
  await visit(page, "Alerts");
  await page.getByText("Not checked yet").waitFor();
  expect(await page.getByText(/No exposures detected/).count()).toBe(0);
  await importContacts(page, linesOf(stranger));
  await check(page, "No exposures detected");
  await visit(page, "Alerts");
  await page.getByText("No exposures detected in the last check").waitFor();
  await page.goto(`${dapp.url}#/alerts/0123456789abcdef-1-a1a1a1a1-1`);
  await page.getByRole("heading", { level: 1, name: "This alert is not here" }).waitFor();
  await page.goto(`${dapp.url}#/alerts/0123456789abcdef-1-a1a1a1a1-1/proof`);
  await page.getByRole("heading", { level: 1, name: "This alert is not here" }).waitFor();
  expect(complaints).toEqual([]);
});
