import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { buildBatch } from "@tocsin/protocol/batch/build.ts";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { Community, contactOf, entryOf, LOG_ID, OPERATOR } from "@tocsin/protocol/check/support/community.ts";
import { FAKE_CHAIN_ID } from "@tocsin/protocol/check/support/fakeChain.ts";
import { formatContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { serveDapp } from "../../demo/stack.ts";
import { serveChain } from "../support/chainServer.ts";
import { findChromium } from "../support/chromium.ts";
import { check, importContacts, openDapp, visit } from "../support/dappPage.ts";
import { startGateway, type Gateway } from "../support/gateway.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { tabTo } from "./support/keyboard.ts";

const SECOND_LOG = 2;

let gateway: Gateway;
/** Serves nothing before a test lets it. */
let slow: TestServer & { release(): void };
let rpc: TestServer;
let dapp: { url: string; stop(): Promise<void> };
let browser: Browser;
let page: Page;
let complaints: string[];
let now: number;
/** What each log's field of the form is filled with. */
let lakeside: Record<string, string>;
let hilltop: Record<string, string>;
/** The one batch of the second log, which no gateway serves at first. */
let unserved: ReturnType<typeof buildBatch>;

beforeAll(async () => {
  now = Math.floor(Date.now() / 1_000);
  const community = new Community();
  gateway = await startGateway();
  slow = await startSlowGateway();
  const served = community.publish(now - 120, entryOf(1, 1, 8), entryOf(2, 1, 8));
  gateway.serve(served.cidDigest, served.file);
  unserved = buildBatch([entryOf(3, 1, 8)]);
  const { tree, cidDigest, entries } = unserved;
  const batch = { root: tree.root, cidDigest, count: entries.length };
  community.chain.mine(now - 90, { name: "open", logId: SECOND_LOG, operator: OPERATOR });
  community.chain.mine(now - 60, { name: "append", logId: SECOND_LOG, batch });
  rpc = await serveChain(community.chain);
  const registry = to0x(community.chain.registry);
  const shared = {
    RPC: rpc.url,
    "Chain id": String(FAKE_CHAIN_ID),
    Registry: registry,
    Gateways: gateway.url,
  };
  lakeside = { ...shared, Name: "Lakeside", Log: String(LOG_ID) };
  hilltop = { ...shared, Name: "Hilltop", Log: String(SECOND_LOG) };
  // The site suggests nothing that can be used.
  dapp = await serveDapp("built", {});
  browser = await chromium.launch(await findChromium());
});

beforeEach(() => {
  complaints = [];
});

afterEach(() => page.context().close());

afterAll(async () => {
  await browser.close();
  await dapp.stop();
  for (const server of [rpc, slow, gateway]) await server.stop();
});

async function startSlowGateway(): Promise<typeof slow> {
  const released = Promise.withResolvers<undefined>();
  const server = await startServer(async (_, __, response) => {
    await released.promise;
    response.statusCode = 404;
    response.end();
  });
  return { ...server, release: () => released.resolve(undefined) };
}

/** Follows a log by typing in what it is. */
async function follow(source: Record<string, string>): Promise<void> {
  await visit(page, "Sources");
  await page.getByRole("link", { name: "Follow another log" }).click();
  const form = page.getByRole("form", { name: "Source" });
  for (const [label, value] of Object.entries(source))
    await form.getByLabel(label, { exact: true }).fill(value);
  await form.getByRole("button", { name: "Follow this log" }).click();
  await page.getByRole("heading", { level: 1, name: source.Name! }).waitFor();
}

const sentence = (text: string) => page.getByText(text, { exact: true });
const contactsOf = (...people: number[]): string =>
  people
    .map((person) => ({ ...contactOf(person, 2, now - 9_000, now - 8_400), averageDistance: 1.5 }))
    .map(formatContactRecord)
    .join("\n");

it("leads from the first visit over the introduction, by keyboard, to a check that detects nothing", async () => {
  page = await openDapp(browser, dapp.url, complaints, { isFirstVisit: true });
  const focused = page.locator("h2:focus");
  await page.getByRole("heading", { name: "What Tocsin is for" }).waitFor();
  for (const [step, title] of [
    [2, "Random numbers, and no location"],
    [3, "What is stored, where and for how long"],
    [4, "No permission is needed to check"],
  ] as const) {
    await tabTo(page, page.getByRole("button", { name: "Next" }));
    await page.keyboard.press("Enter");
    await page.getByText(`Step ${step} of 4`, { exact: true }).waitFor();
    expect(await focused.textContent()).toBe(title);
  }
  await tabTo(page, page.getByRole("button", { name: "Back" }));
  await page.keyboard.press("Enter");
  await page.getByText("Step 3 of 4", { exact: true }).waitFor();
  expect(await page.getByRole("button", { name: "Skip" }).count()).toBe(1);
  await tabTo(page, page.getByRole("button", { name: "Next" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Ask the browser to keep it" }));
  await page.keyboard.press("Enter");
  await page.getByText(/^The browser (keeps|did not agree)/).waitFor();
  await tabTo(page, page.getByRole("button", { name: "Done" }));
  await page.keyboard.press("Enter");

  await page.getByText("No source has been chosen").waitFor();
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Home");
  await page.reload();
  await tabTo(page, page.getByRole("link", { name: "Choose a source" }));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Sources" }).waitFor();
  await follow(lakeside);
  await visit(page, "Home");
  await page.getByRole("link", { name: "Add contact records" }).waitFor();
  await importContacts(page, contactsOf(8));
  await visit(page, "Home");
  await page.getByRole("heading", { name: "Not checked yet" }).waitFor();
  await page.getByText("1 log: Lakeside", { exact: true }).waitFor();

  await check(page, "No exposures detected");
  await page.getByText("The check is complete. No exposures detected.").waitFor({ state: "attached" });
  expect(await page.locator("button:focus").textContent()).toBe("Check now");
  await sentence("None of your contact records matches a report that was verified.").waitFor();
  await page.getByRole("button", { name: "About this check: Lakeside" }).click();
  await page.getByText("2 reports in 1 batch").waitFor();
  expect(await page.getByText(/you are safe/i).count()).toBe(0);
  await visit(page, "How it works");
  await page.getByText("Step 1 of 4", { exact: true }).waitFor();
  expect(complaints).toEqual([]);
});

it("says what is known while the device is offline, while it checks, and once the result is old", async () => {
  page = await openDapp(browser, dapp.url, complaints);
  await follow(lakeside);
  await importContacts(page, contactsOf(1));
  await check(page, "Possible exposure");
  await page.getByText("1 alert is unread").waitFor();
  await page.context().setOffline(true);
  await page.getByRole("button", { name: "Try to check all the same" }).waitFor();
  await page.getByText("This device is offline. What you see is from the last check.").waitFor();
  await page.getByRole("heading", { name: "Possible exposure" }).waitFor();
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Check now" }).waitFor();

  await page.clock.setFixedTime(Date.now() + 25 * 3_600 * 1_000);
  await page.reload();
  await page.getByText("This result is more than a day old: check again.").waitFor();
  await page.getByRole("link", { name: "Show alerts" }).click();
  await page.getByRole("heading", { level: 1, name: "Alerts" }).waitFor();
});

it("never says of all logs that nothing was detected when one of them could not be verified", async () => {
  page = await openDapp(browser, dapp.url, complaints);
  await follow(lakeside);
  await follow(hilltop);
  await importContacts(page, contactsOf(8));
  await check(page, "Hilltop could not be verified");
  const failure = page.getByRole("alert");
  await failure.getByText("Fetching the batches").waitFor();
  await failure.getByText(/^Try again later, or add another gateway/).waitFor();
  await failure.getByRole("button", { name: "Technical details" }).click();
  await failure.getByText("BATCH_UNAVAILABLE", { exact: true }).waitFor();
  const result = page.getByRole("region", { name: "Result" });
  expect(await result.getByRole("heading").textContent()).toBe("No exposures detected in Lakeside");
  await sentence("Not everything could be verified, so the check is not complete.").waitFor();

  const { cidDigest, file } = unserved;
  gateway.serve(
    cidDigest,
    file.map((byte, i) => (i === 40 ? byte ^ 1 : byte)),
  );
  await check(page, "Reports in Hilltop were hidden or altered");
  await sentence("Reports were hidden or altered, and this page noticed.").waitFor();
  expect(await page.getByRole("heading", { name: "No exposures detected", exact: true }).count()).toBe(0);
  await page.getByRole("link", { name: "See the evidence" }).click();
  await page.getByRole("heading", { level: 1, name: "Hilltop" }).waitFor();
  await page.getByText(/^Caught/).waitFor();

  gateway.serve(cidDigest, file);
  await check(page, "No exposures detected");
  await page.getByText("2 logs: Lakeside and Hilltop", { exact: true }).waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
});

it("shows how far a check is, and leaves off when told to", async () => {
  page = await openDapp(browser, dapp.url, complaints);
  await follow({ ...lakeside, Gateways: slow.url });
  await importContacts(page, contactsOf(1));
  await visit(page, "Home");
  await page.getByRole("button", { name: "Check now" }).click();
  await page.getByText("Step 2 of 3: Fetching, verifying and comparing batches").waitFor();
  expect(await page.locator("h2:focus").textContent()).toBe("Checking…");
  await page.getByRole("progressbar", { name: "Fetching, verifying and comparing batches" }).waitFor();
  await visit(page, "More");
  await visit(page, "Home");
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("heading", { name: "Not checked yet" }).waitFor();
  expect(await page.locator("button:focus").textContent()).toBe("Check now");
  slow.release();
});
