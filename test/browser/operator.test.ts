import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { fromHex, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { readLog } from "@tocsin/protocol/check/readLog.ts";
import type { Rpc } from "@tocsin/protocol/check/rpc.ts";
import { receiptToJson, signReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import { serveDapp } from "../../demo/stack.ts";
import { deployBond } from "../integration/support/bonded.ts";
import { meet } from "../integration/support/meeting.ts";
import { startAnvil, type Account, type Anvil } from "../support/anvil.ts";
import { findChromium } from "../support/chromium.ts";
import { openDapp } from "../support/dappPage.ts";
import { addressBytes, openTestLog, type TestLog } from "../support/deploy.ts";
import { startGateway, type Gateway } from "../support/gateway.ts";
import { randomBatch } from "../support/randomBatch.ts";
import { injectWallet, type TestWallet } from "../support/walletProvider.ts";

const WALLET = "Test wallet";
const STEP_MS = 20_000;
const ETHER = 10n ** 18n;

let anvil: Anvil;
let log: TestLog;
let gateway: Gateway;
let dapp: { url: string; stop(): Promise<void> };
let browser: Browser;
let page: Page;
let wallet: TestWallet;
let complaints: string[];
let [operator, successor, reporter, poor]: Account[] = [];

beforeAll(async () => {
  anvil = await startAnvil();
  [operator, successor, reporter, poor] = anvil.accounts;
  await anvil.rpc("anvil_setBalance", [poor!.address, "0x0"]);
  log = await openTestLog(anvil, { uri: "https://first.invalid" });
  gateway = await startGateway();
  const batch = await log.append(randomBatch().entries);
  gateway.serve(batch.cidDigest, batch.file);
  dapp = await serveDapp("built", {
    ...{ name: "Home town", rpc: anvil.url, chainId: anvil.chainId, gateways: [gateway.url] },
    ...{ registry: log.registry, logId: log.logId },
  });
  browser = await chromium.launch(await findChromium());
});

beforeEach(async () => {
  complaints = [];
  page = await openDapp(browser, `${dapp.url}#/operator`, complaints);
  // A step that fails names itself before the test's time is over.
  page.setDefaultTimeout(STEP_MS);
});

afterAll(async () => {
  await browser.close();
  await dapp.stop();
  for (const server of [gateway, anvil]) await server.stop();
});

const rpc: Rpc = (method, params) => anvil.rpc(method, params);
const readTheLog = (logId = log.logId) => readLog(rpc, { registry: addressBytes(log.registry), logId });
const button = (name: string) => page.getByRole("button", { name, exact: true });
const region = (name: string | RegExp) => page.getByRole("region", { name });
const choose = (task: string) => page.getByRole("radio", { name: task }).check();

async function addWallet(): Promise<void> {
  wallet = await injectWallet(page, anvil, WALLET);
  await page.reload();
}

async function connect(account: Account): Promise<void> {
  await addWallet();
  await wallet.use(account.address);
  await button("Connect a wallet").click();
  await button(WALLET).click();
  await button("Disconnect").waitFor();
}

/** Presses a button, reads what it costs and lets the wallet send it. */
async function send(name: string): Promise<void> {
  await button(name).click();
  const confirm = region(`Confirm: ${name}`);
  await confirm.getByText(/about .* ether, for .* units of gas/).waitFor();
  await confirm.getByRole("button", { name: "Continue in your wallet" }).click();
  await region(`Done: ${name}`).waitFor();
}

it("says what to do where there is no wallet, and what a wallet declined", async () => {
  await button("Connect a wallet").click();
  await page.getByText("No wallet was found").waitFor();
  await addWallet();
  wallet.declined.add("wallet_requestPermissions");
  await button("Connect a wallet").click();
  await button(WALLET).click();
  await page.getByText("You declined it in your wallet. Nothing was sent.").waitFor();
  wallet.declined.clear();
  await button(WALLET).click();
  await page
    .getByText(/^9,999\.\d+ ether$/)
    .first()
    .waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("Wallet");
  await button("Disconnect").click();
  await page.getByText("No wallet is connected.").waitFor();
  expect(complaints).toEqual([]);
});

it("asks to switch from another network, and says that an account without ether cannot pay", async () => {
  await connect(operator!);
  await wallet.goTo(5);
  await region("Wrong network").getByText("It is on chain 5; the registry is on chain 31337.").waitFor();
  await choose("Open a log");
  await page.getByText("To do this, switch the network of your wallet above.").waitFor();
  wallet.declined.add("wallet_switchEthereumChain");
  await button("Switch to chain 31337").click();
  await page.getByText("You declined it in your wallet.").waitFor();
  wallet.declined.clear();
  await button("Switch to chain 31337").click();
  await button("Open the log").waitFor();
  await wallet.use(poor!.address);
  await region("No ether").waitFor();
  await button("Open the log").click();
  await region("Not done: Open the log").getByText("This account does not have enough ether").waitFor();
  expect(wallet.requests).not.toContain("eth_sendTransaction");
  expect(complaints).toEqual([]);
});

it("takes another registry by its address, and the chain from its RPC", async () => {
  const other = await openTestLog(anvil, { operator: successor! });
  await page.getByRole("radio", { name: "Another registry" }).check();
  await page.getByLabel("Registry’s address").fill("0x12");
  await button("Use this registry").click();
  await page.getByText("The registry’s address is 0x and 40 digits of hex.").waitFor();
  await page.getByLabel("Registry’s address").fill(other.registry);
  await button("Use this registry").click();
  await page.getByText("In use: this registry on chain 31337.").waitFor();
  await choose("Look after a log");
  await page.getByLabel("Log number").fill("1");
  await region("State of the log").getByText(successor!.address).waitFor();
  await page.getByLabel("Log number").fill("2");
  await page.getByRole("heading", { name: "The log could not be read" }).waitFor();
  expect(complaints).toEqual([]);
});

it("opens a log, shows its number and offers to follow it", async () => {
  await connect(operator!);
  await choose("Open a log");
  await page.getByLabel("Relayer’s address").fill("https://relayer.invalid");
  wallet.declined.add("eth_sendTransaction");
  await button("Open the log").click();
  await button("Continue in your wallet").click();
  await region("Not done: Open the log").getByText("You declined it in your wallet.").waitFor();
  wallet.declined.clear();
  await button("Back").click();
  await send("Open the log");
  const text = await region("Done: Open the log")
    .getByText(/^Log \d+ is open\.$/)
    .innerText();
  const opened = await readTheLog(Number(/\d+/.exec(text)?.[0]));
  expect(toHex(opened.operator)).toBe(operator!.address.slice(2).toLowerCase());
  await page.getByRole("link", { name: "Follow this log" }).click();
  await page.getByRole("heading", { level: 1, name: "Follow this log?" }).waitFor();
  expect(await page.getByText("https://relayer.invalid").count()).toBeGreaterThan(0);
  expect(complaints).toEqual([]);
});

it("shows a log and its last appends, changes its address and hands it over in two steps", async () => {
  await connect(operator!);
  const appends = region("Table of recent appends");
  await appends.getByText(log.batches[0]!.transactionHash).waitFor();
  await page.getByLabel("New address").fill("https://second.invalid");
  await send("Change the address");
  await region("State of the log").getByText("https://second.invalid").waitFor();
  await page.getByLabel("New operator").fill("0x1234");
  await button("Offer the log").click();
  await page.getByText(/This is no address/).waitFor();
  await button("Back").click();
  await page.getByLabel("New operator").fill(successor!.address);
  await send("Offer the log");
  await page.getByText("The log is on offer, and not accepted yet.").waitFor();
  await wallet.use(successor!.address);
  await send("Accept the log");
  await page.getByText("The log is not on offer.").waitFor();
  await region("State of the log").getByText(successor!.address).waitFor();
  expect(toHex((await readTheLog()).operator)).toBe(successor!.address.slice(2).toLowerCase());
  expect(complaints).toEqual([]);
});

it("sends a report directly, once its sender has ticked what it means, and never twice", async () => {
  const { report, leaf } = meet(Math.floor(Date.now() / 1_000) - 10 * 3_600);
  await connect(reporter!);
  await choose("Send a report around the relayer");
  await page.getByLabel("Signed report").fill(toHex(report).replace(/.$/, "0"));
  await button("Send the report").click();
  await page.getByText("First read what it means for your privacy, and tick the box.").waitFor();
  await button("Back").click();
  await page.getByLabel("I understand that this account is tied to the report for ever").check();
  await page
    .getByLabel("Signed report")
    .fill(toHex(report).replace(/..$/, (end) => (end === "00" ? "01" : "00")));
  await button("Send the report").click();
  await page.getByText("The report’s signature is not valid").waitFor();
  await button("Back").click();
  await page.getByLabel("Signed report").fill(toHex(report));
  await send("Send the report");
  const { directEntries } = await readTheLog();
  expect(directEntries.map((entry) => toHex(entry.leaf))).toEqual([leaf]);
  await button("Close").click();
  await button("Send the report").click();
  await page.getByText(/The log has this report already/).waitFor();
  expect(complaints).toEqual([]);
});

it("takes a bond, a demand with a receipt, the claim of the penalty and its collection", async () => {
  const bonded = await openTestLog(anvil, { registry: log.registry });
  const bond = await deployBond({ anvil }, log.registry);
  await connect(operator!);
  await page.getByLabel("Log", { exact: true }).selectOption({ label: "Another log, by its number" });
  await page.getByLabel("Log number").fill(String(bonded.logId));
  await choose("Bond");
  await page.getByLabel("Bond contract").fill(bond);
  await page.getByLabel("Add to the bond, in ether").fill("0.75");
  await send("Add to the bond");
  await region("State of the bond").getByText("0.75 ether").waitFor();

  await wallet.use(reporter!.address);
  await choose("Hold a relayer to its receipt");
  const { timestamp } = (await anvil.rpc("eth_getBlockByNumber", ["latest", false])) as { timestamp: string };
  const promise = {
    ...{ chainId: anvil.chainId, registry: addressBytes(log.registry), logId: bonded.logId },
    ...{ leaf: new Uint8Array(32).fill(7), deadline: Number(timestamp) - 1 },
  };
  const receipt = signReceipt(promise, fromHex(operator!.privateKey, "key", 32));
  const buffer = Buffer.from(JSON.stringify({ receipts: [{ receipt: receiptToJson(receipt) }], failed: [] }));
  await page
    .getByLabel("Receipt file")
    .setInputFiles({ name: "receipt.json", mimeType: "text/json", buffer });
  await button("Demand the proof").click();
  await page.getByText(/You stake the counter-bond of 0.01 ether/).waitFor();
  await button("Cancel").click();
  await send("Demand the proof");

  await anvil.rpc("evm_increaseTime", [601]);
  await anvil.rpc("anvil_mine", ["0x1"]);
  await choose("Bond");
  await page.getByText("Not answered in time: it can be claimed").waitFor();
  await send("Claim the penalty");
  await page.getByText("Claimed: the relayer paid the penalty").waitFor();
  await region("State of the bond").getByText("0.25 ether", { exact: true }).waitFor();
  await page.getByText("The contract owes your account 0.26 ether.").waitFor();
  const before = BigInt((await anvil.rpc("eth_getBalance", [reporter!.address, "latest"])) as string);
  await send("Collect it");
  const after = BigInt((await anvil.rpc("eth_getBalance", [reporter!.address, "latest"])) as string);
  expect(after - before).toBeGreaterThan(ETHER / 4n);
  expect(complaints).toEqual([]);
});

it("loads nothing of a wallet's code on any other screen", async () => {
  const isWallet = async (url: string): Promise<boolean> =>
    (await (await fetch(url)).text()).includes("eip6963:requestProvider");
  const loadedBy = async (screens: string[]): Promise<string[]> => {
    const context = await browser.newContext({ serviceWorkers: "block" });
    const other = await context.newPage();
    const scripts = new Set<string>();
    other.on("request", (request) => {
      if (request.resourceType() === "script") scripts.add(request.url());
    });
    for (const screen of screens) {
      await other.goto(`${dapp.url}#${screen}`);
      await other.getByRole("heading", { level: 1 }).first().waitFor();
      await other.goto("about:blank");
    }
    await context.close();
    return [...scripts];
  };
  const others = [
    "/",
    "/welcome",
    "/alerts",
    "/verify",
    "/report",
    "/data",
    "/more",
    "/sources",
    "/sources/new",
  ];
  for (const url of await loadedBy([...others, "/statistics", "/settings"])) {
    expect(await isWallet(url), url).toBe(false);
  }
  const operators = await Promise.all((await loadedBy(["/operator"])).map(isWallet));
  expect(operators).toContain(true);
});
