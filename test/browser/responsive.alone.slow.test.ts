import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { fromHex, to0x } from "@tocsin/protocol/bytes/hex.ts";
import { FAKE_CHAIN_ID, FakeChain } from "@tocsin/protocol/check/support/fakeChain.ts";
import { readCheckLog, writeCheckInput } from "../../bench/support/checkInput.ts";
import { serveDapp } from "../../demo/stack.ts";
import { serveChain } from "../support/chainServer.ts";
import { findChromium } from "../support/chromium.ts";
import { check, importContacts, openDapp, visit } from "../support/dappPage.ts";
import { startGateway, type Gateway } from "../support/gateway.ts";
import type { TestServer } from "../support/server.ts";
import { mainThreadOf, watchMainThread, type MainThread } from "./support/longestTask.ts";

const REPORTS = 100_000;
const CONTACTS = 5_000;
const LOG_ID = 1;

let folder: string;
let exposures: number;
let contacts: string;
let gateway: Gateway;
let rpc: TestServer;
let dapp: { url: string; stop(): Promise<void> };
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tocsin-responsive-"));
  ({ exposures } = await writeCheckInput(folder, { reports: REPORTS, tcns: 24, contacts: CONTACTS }));
  const log = await readCheckLog(folder);
  gateway = await startGateway();
  const now = Math.floor(Date.now() / 1_000);
  const chain = new FakeChain();
  chain.mine(now - 9_000, { name: "open", logId: LOG_ID, operator: new Uint8Array(20).fill(1) });
  log.batches.forEach(({ root, cidDigest, count }, i) => {
    const digest = fromHex(cidDigest, "cidDigest", 32);
    const batch = { root: fromHex(root, "root", 32), cidDigest: digest, count };
    chain.mine(now - 3_600 + i, { name: "append", logId: LOG_ID, batch });
    gateway.serve(digest, readFileSync(join(folder, cidOf(digest))));
  });
  const seen = { firstSeen: now - 9_000, lastSeen: now - 8_400, samples: 9 };
  contacts = log.contacts.map((tcn) => JSON.stringify({ tcn, ...seen })).join("\n");
  rpc = await serveChain(chain);
  dapp = await serveDapp("built", {
    ...{ rpc: rpc.url, chainId: FAKE_CHAIN_ID, registry: to0x(chain.registry), logId: LOG_ID },
    gateways: [gateway.url],
  });
  browser = await chromium.launch(await findChromium());
});

afterAll(async () => {
  await browser.close();
  await dapp.stop();
  for (const server of [rpc, gateway]) await server.stop();
  rmSync(folder, { recursive: true });
});

/** A machine that is busy with something else may keep the page waiting: what every run has is the page's own. */
const RUNS = 5;
const LIMIT_MS = 100;

it("the page answers within 100 ms while it checks 100,000 reports", async () => {
  const runs: MainThread[] = [];
  const own = (what: keyof MainThread): number => Math.min(...runs.map((run) => run[what]));
  while (runs.length < RUNS && Math.max(own("longestTask"), own("longestGap")) >= LIMIT_MS) {
    runs.push(await checkOnce());
  }
  process.stderr.write(`the page's main thread during a check: ${JSON.stringify(runs)}\n`);
  expect(own("turns")).toBeGreaterThan(100);
  expect(own("longestTask")).toBeLessThan(LIMIT_MS);
  expect(own("longestGap")).toBeLessThan(LIMIT_MS);
});

/** Checks in a browser that has nothing of an earlier check. */
async function checkOnce(): Promise<MainThread> {
  const page = await openDapp(browser, dapp.url, []);
  await importContacts(page, contacts);
  await visit(page, "Home");
  await watchMainThread(page);
  await check(page, "Possible exposure");
  const seen = await mainThreadOf(page);
  await page.getByText(`${exposures.toLocaleString("en")} encounters with people who reported`).waitFor();
  await page.getByRole("button", { name: /^About this check/ }).click();
  await page.getByText(`${REPORTS.toLocaleString("en")} reports in`).waitFor();
  await visit(page, "Alerts");
  await expect.poll(() => page.locator('a[href$="/proof"]').count()).toBe(exposures);
  await page.context().close();
  return seen;
}
