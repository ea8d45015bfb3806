import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { reportEntry } from "@tocsin/protocol/entry/entry.ts";
import { createSignedReport } from "@tocsin/protocol/report/create.ts";
import { tcnsOf } from "@tocsin/protocol/report/report.ts";
import { serveDapp } from "../../demo/stack.ts";
import { startAnvil, type Anvil } from "../support/anvil.ts";
import { findChromium } from "../support/chromium.ts";
import { check, importContacts, openDapp, visit } from "../support/dappPage.ts";
import { openTestLog, type TestLog } from "../support/deploy.ts";
import { startGateway, type Gateway } from "../support/gateway.ts";
import { startRpcProxy, type RpcProxy } from "../support/rpcProxy.ts";
import { tocsin } from "../support/tocsin.ts";
import { contactFile, meet } from "../integration/support/meeting.ts";

let folder: string;
let anvil: Anvil;
let proxy: RpcProxy;
let log: TestLog;
let liar: Gateway;
let honest: Gateway;
let dapp: { url: string; stop(): Promise<void> };
let browser: Browser;
let page: Page;
/** A contact that one of the log's reports covers. */
let contacts: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tocsin-dapp-"));
  anvil = await startAnvil();
  [proxy, liar, honest] = [await startRpcProxy(anvil.url), await startGateway(), await startGateway()];
  log = await openTestLog(anvil);
  const reports = [1, 2, 3].map((person) =>
    createSignedReport(new Uint8Array(32).fill(person), {
      j1: 1,
      j2: 24,
      memoType: 1,
      memo: new Uint8Array(),
    }),
  );
  for (const { bytes } of reports) {
    const batch = await log.append([reportEntry(bytes)]);
    honest.serve(batch.cidDigest, batch.file);
    liar.serve(
      batch.cidDigest,
      batch.file.map((byte, i) => (i === 40 ? byte ^ 1 : byte)),
    );
  }
  const now = Math.floor(Date.now() / 1_000);
  const tcn = toHex(tcnsOf(reports[1] as (typeof reports)[number]).subarray(0, 16));
  contacts = JSON.stringify({ tcn, firstSeen: now - 9_000, lastSeen: now - 8_400, samples: 9 });
  dapp = await serveDapp("built", {
    rpc: proxy.url,
    chainId: anvil.chainId,
    registry: log.registry,
    logId: log.logId,
    gateways: [liar.url, honest.url],
    relayer: honest.url,
  });
  browser = await chromium.launch(await findChromium());
}, 120_000);

beforeEach(async () => {
  proxy.intercept();
  page = await openDapp(browser, dapp.url, []);
  await importContacts(page, contacts);
});

afterAll(async () => {
  await browser.close();
  await dapp.stop();
  for (const server of [proxy, liar, honest, anvil]) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens what the page says of a check beside its result. */
const showDetails = (): Promise<void> => page.getByRole("button", { name: /^About this check/ }).click();

it("passes over a gateway that serves other bytes, says so, and still finds the exposure", async () => {
  await check(page, "Possible exposure");
  await showDetails();
  await page
    .getByText(/other bytes/)
    .first()
    .waitFor();
});

it("keeps contacts and the result over a reload, and erases them when told to", async () => {
  await check(page, "Possible exposure");
  await page.reload();
  await page.getByRole("heading", { name: "Possible exposure" }).waitFor();
  await visit(page, "My data");
  await page.getByRole("button", { name: "Erase everything" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Erase", exact: true }).click();
  await page.getByText("Everything erased.").waitFor();
  await page.reload();
  await page.getByText(/^0 contact records stored/).waitFor();
});

it("names broken lines by number and imports the rest", async () => {
  const broken = `{"tcn":"${"ab".repeat(16)}","firstSeen":5,"lastSeen":4,"samples":1}\nnothing\n${contacts}`;
  await importContacts(page, broken);
  const table = page.getByRole("region", { name: /Broken lines/ });
  await table.getByRole("row", { name: /1 CONTACT_INVALID/ }).waitFor();
  await table.getByRole("row", { name: /2 CONTACT_INVALID/ }).waitFor();
  await page.getByText(/1 duplicate merged/).waitFor();
});

interface RawLog {
  topics: string[];
}
const isBatch = ({ topics }: RawLog): boolean => topics.length === 2;
const lies: Record<string, (events: RawLog[]) => RawLog[]> = {
  hides: (events) => events.filter((_, i) => i !== events.findIndex(isBatch)),
  adds: (events) => [...events, events.at(-1) as RawLog],
  reorders: (events) => [events[0] as RawLog, ...events.slice(1).reverse()],
};

for (const [lie, tell] of Object.entries(lies)) {
  it(`catches an RPC that ${lie} a batch`, async () => {
    proxy.intercept(async (call) => {
      const answer = await call.forward();
      return call.method === "eth_getLogs" ? tell(answer as RawLog[]) : answer;
    });
    await check(page, "were hidden or altered");
    await page.getByText("Technical details").click();
    await page.getByText("LOG_HEAD_MISMATCH").waitFor();
    expect(await page.getByText("No exposures detected").count()).toBe(0);
  });
}

it("refuses an RPC of another chain", async () => {
  proxy.intercept((call) => (call.method === "eth_chainId" ? Promise.resolve("0x5") : call.forward()));
  await check(page, "could not be verified");
  await page.getByText("Technical details").click();
  await page.getByText("CHAIN_ID_MISMATCH").waitFor();
});

it("asks RPC and gateways for the same things, whatever the contacts are", async () => {
  const requestsOf = async (result: string): Promise<string[]> => {
    const before = [proxy.calls.length, honest.requests.length] as const;
    await check(page, result);
    const calls = proxy.calls
      .slice(before[0])
      .map(({ method, params }) => `${method} ${JSON.stringify(params)}`);
    // What is asked for at once arrives in any order.
    return [...calls, ...honest.requests.slice(before[1])].sort();
  };
  const withMatch = await requestsOf("Possible exposure");
  await visit(page, "My data");
  await page.getByRole("button", { name: "Erase contact records" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Erase", exact: true }).click();
  await page.getByText("Contact records erased.").waitFor();
  const other = { ...(JSON.parse(contacts) as object), tcn: "cd".repeat(16) };
  await importContacts(page, JSON.stringify(other));
  expect(await requestsOf("No exposures detected")).toEqual(withMatch);
  expect(withMatch.join(" ")).not.toContain((JSON.parse(contacts) as { tcn: string }).tcn);
});

it("says of a report that it was sent directly to the contract, and shows its transaction as the proof", async () => {
  const meeting = meet(Math.floor(Date.now() / 1_000) - 10 * 3_600);
  const source = ["--rpc", anvil.url, "--registry", log.registry, "--log", String(log.logId)];
  const { stdout, stderr } = await tocsin(["report", "submit-direct", ...source], {
    input: toHex(meeting.report),
    env: { TOCSIN_PRIVATE_KEY: anvil.accounts[4]!.privateKey },
  });
  const transaction = /transaction (0x[0-9a-f]{64})/.exec(stdout)?.[1];
  if (transaction === undefined) throw new Error(stderr);
  await importContacts(page, contactFile(meeting.contacts));
  await check(page, "Possible exposure");
  await showDetails();
  await page.getByText("1 entry sent directly to the contract").waitFor();
  await visit(page, "Alerts");
  const card = page
    .getByRole("region", { name: "Exposure" })
    .filter({ hasText: "Sent directly to the contract" });
  await card.getByRole("link", { name: "Show the proof" }).click();
  const proof = page.getByRole("region", { name: "Proof" });
  await proof.getByText("the transaction itself is the proof").waitFor();
  await proof.getByText(transaction).waitFor();
  expect(await page.getByRole("button", { name: "Download proof" }).count()).toBe(0);
});
