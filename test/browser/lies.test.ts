import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { Community, contactOf, entryOf, LOG_ID } from "@tocsin/protocol/check/support/community.ts";
import { FAKE_CHAIN_ID } from "@tocsin/protocol/check/support/fakeChain.ts";
import { formatContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { serveDapp } from "../../demo/stack.ts";
import { serveChain } from "../support/chainServer.ts";
import { findChromium } from "../support/chromium.ts";
import { check, importContacts, openDapp, visit } from "../support/dappPage.ts";
import { startGateway } from "../support/gateway.ts";

const now = Math.floor(Date.now() / 1_000);
const MET = formatContactRecord(contactOf(1, 2, now - 9_000, now - 8_400));

let browser: Browser;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  browser = await chromium.launch(await findChromium());
});

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

afterAll(() => browser.close());

/** A page that follows this community, with a contact in it, and what its gateway serves for a batch. */
async function openPageOf(community: Community, served = (file: Uint8Array) => file): Promise<Page> {
  const [gateway, rpc] = [await startGateway(), await serveChain(community.chain)];
  for (const { cidDigest, file } of community.batches) gateway.serve(cidDigest, served(file));
  const dapp = await serveDapp("built", {
    ...{ rpc: rpc.url, chainId: FAKE_CHAIN_ID, registry: to0x(community.chain.registry), logId: LOG_ID },
    name: "Riverside",
    gateways: [gateway.url],
  });
  stops.push(
    () => gateway.stop(),
    () => rpc.stop(),
    () => dapp.stop(),
  );
  const page = await openDapp(browser, dapp.url, []);
  await importContacts(page, MET);
  return page;
}

const saysAnyResult = (page: Page): Promise<number> =>
  page.getByText(/No exposures detected|Possible exposure/).count();

it("a batch that was changed is caught, with the evidence, and there is no result", async () => {
  const community = new Community();
  community.publish(now - 60, entryOf(1, 1, 8));
  const page = await openPageOf(community, (file) => file.map((byte, i) => (i === 40 ? byte ^ 1 : byte)));
  await check(page, "Reports in Riverside were hidden or altered");
  expect(await saysAnyResult(page)).toBe(0);
  await page.getByRole("link", { name: "See the evidence" }).click();
  await page.getByRole("button", { name: "Evidence", exact: true }).click();
  await page.getByText("BATCH_DIGEST_MISMATCH").waitFor();
});

it("a relayer that anchors another root than that of its batch is caught", async () => {
  const community = new Community();
  const { cidDigest, entries } = community.publish(now - 90, entryOf(1, 1, 8));
  community.chain.mine(now - 60, {
    name: "append",
    logId: LOG_ID,
    batch: { root: new Uint8Array(32).fill(7), cidDigest, count: entries.length },
  });
  const page = await openPageOf(community);
  await check(page, "Reports in Riverside were hidden or altered");
  await page.getByRole("button", { name: "Technical details" }).click();
  await page.getByText("BATCH_ROOT_MISMATCH").waitFor();
  expect(await saysAnyResult(page)).toBe(0);
});

it("a report that somebody forged for a contact's numbers is no exposure, and is said to be forged", async () => {
  const community = new Community();
  const forged = entryOf(1, 1, 8).map((byte, i, { length }) => (i === length - 40 ? byte ^ 1 : byte));
  community.publish(now - 60, forged, entryOf(2, 1, 8));
  const page = await openPageOf(community);
  await check(page, "No exposures detected");
  await page.getByRole("button", { name: "About this check: Riverside" }).click();
  await page.getByText("1 report with your contacts’ numbers but a false signature: not counted").waitFor();
  await visit(page, "Alerts");
  expect(await page.getByRole("region", { name: /exposure$/i }).count()).toBe(0);
});
