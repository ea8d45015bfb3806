import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { entryOf } from "@tocsin/protocol/check/support/community.ts";
import { serveDapp } from "../../demo/stack.ts";
import { contactFile, meet } from "../integration/support/meeting.ts";
import { startAnvil, type Anvil } from "../support/anvil.ts";
import { findChromium } from "../support/chromium.ts";
import { check, importContacts, openDapp, visit } from "../support/dappPage.ts";
import { openTestLog } from "../support/deploy.ts";
import { startGateway, type Gateway } from "../support/gateway.ts";
import { tocsin } from "../support/tocsin.ts";

interface ProofJson {
  chainId: number;
  logId: number;
  entry: string;
}

let folder: string;
let anvil: Anvil;
let gateway: Gateway;
let dapp: { url: string; stop(): Promise<void> };
let browser: Browser;
let complaints: string[];
/** The proof file that the page gave, and the link of its QR code. */
let proofFile: string;
let proof: ProofJson;
let link: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tocsin-verify-"));
  [anvil, gateway] = [await startAnvil(), await startGateway()];
  const log = await openTestLog(anvil);
  const meeting = meet(Math.floor(Date.now() / 1_000) - 10 * 3_600);
  for (const entries of [[entryOf(1, 1, 8)], [entryOf(2, 1, 8), meeting.entry, entryOf(3, 1, 8)]]) {
    const { cidDigest, file } = await log.append(entries);
    gateway.serve(cidDigest, file);
  }
  dapp = await serveDapp("built", {
    ...{ name: "Our community", rpc: anvil.url, chainId: anvil.chainId },
    ...{ registry: log.registry, logId: log.logId, gateways: [gateway.url] },
  });
  browser = await chromium.launch(await findChromium());
  await takeProof(contactFile(meeting.contacts));
});

beforeEach(() => {
  complaints = [];
});

afterAll(async () => {
  await browser.close();
  await dapp.stop();
  for (const server of [gateway, anvil]) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Finds the exposure in a browser of its own, and takes its proof away. */
async function takeProof(contacts: string): Promise<void> {
  const page = await openDapp(browser, dapp.url, []);
  await importContacts(page, contacts);
  await check(page, "Only less relevant encounters");
  await visit(page, "Alerts");
  await page.getByRole("link", { name: "Show the proof" }).click();
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download proof" }).click();
  proofFile = join(folder, "proof.json");
  await (await downloading).saveAs(proofFile);
  proof = JSON.parse(readFileSync(proofFile, "utf8")) as ProofJson;
  await page.getByRole("button", { name: "QR code" }).click();
  await page.getByRole("img", { name: "QR code of a link to this page that carries the proof" }).waitFor();
  link = (await page.getByRole("link", { name: "Open the same link here" }).getAttribute("href")) ?? "";
}

/** Opens the screen in a browser that knows nothing of the exposure. */
async function openVerify(): Promise<Page> {
  const page = await openDapp(browser, dapp.url, complaints);
  await visit(page, "Verify a proof");
  return page;
}

const stepsOf = (page: Page): Promise<string[]> =>
  page.getByRole("region", { name: "Step by step" }).locator("li p:first-child").allInnerTexts();

async function paste(page: Page, changed: object): Promise<void> {
  await page.getByLabel("Or paste its text").fill(JSON.stringify(changed));
  await page.getByRole("button", { name: "Verify the text" }).click();
}

it("gives a proof file that `tocsin verify` accepts", async () => {
  const run = await tocsin(["verify", proofFile, "--rpc", anvil.url, "--json"]);
  expect(run).toMatchObject({ code: 0 });
});

it("verifies the file of somebody else step by step, up to the chain of the followed log", async () => {
  const page = await openVerify();
  await page.getByLabel("Proof file").setInputFiles(proofFile);
  await page.getByRole("heading", { name: "The proof holds", exact: true }).waitFor();
  await page.getByText(/^The log “Our community”, which you follow, has held this report since/).waitFor();
  expect(await stepsOf(page)).toEqual([
    "Form: Holds",
    "Signature: Holds",
    "Report in the batch: Holds",
    "Batch in the log: Holds",
    "Log on the chain: Holds",
  ]);
  const said = page.getByRole("region", { name: "What it says" });
  await said.getByText("12 contact numbers of one device").waitFor();
  await said.getByText("A dry cough, a mild fever").waitFor();
  expect(complaints).toEqual([]);
});

it("verifies what the QR code's link carries", async () => {
  expect(link.length).toBeLessThan(2_900);
  const page = await openDapp(browser, link, complaints);
  await page.getByRole("heading", { name: "The proof holds", exact: true }).waitFor();
  expect(complaints).toEqual([]);
});

it("refuses a file in which one byte was changed, with the step and the code", async () => {
  const page = await openVerify();
  const end = proof.entry.endsWith("0") ? "1" : "0";
  await paste(page, { ...proof, entry: proof.entry.slice(0, -1) + end });
  await page.getByRole("heading", { name: "This proof does not hold" }).waitFor();
  expect(await stepsOf(page)).toEqual([
    "Form: Holds",
    "Signature: Does not hold",
    "Report in the batch: Does not hold",
    "Batch in the log: Holds",
    "Log on the chain: Not looked at",
  ]);
  for (const code of ["REPORT_SIGNATURE_INVALID", "PROOF_NOT_INCLUDED"]) await page.getByText(code).waitFor();
});

it("refuses what is no proof, and what is too large to be one", async () => {
  const page = await openVerify();
  const files = { none: "{}", large: " ".repeat(600 * 1024) };
  for (const [name, text] of Object.entries(files)) {
    const file = { name: `${name}.json`, mimeType: "application/json", buffer: Buffer.from(text) };
    await page.getByLabel("Proof file").setInputFiles(file);
    await page.getByRole("heading", { name: "This is no proof that can be read" }).waitFor();
    await page.getByText("PROOF_INVALID").waitFor();
  }
  await page.getByText("a proof file has at most 512 KiB").waitFor();
});

it("does not take a proof of another chain or of a log that is not there for one that holds", async () => {
  const page = await openVerify();
  const ask = async (): Promise<void> => {
    await page.getByLabel("RPC to ask").fill(anvil.url);
    await page.getByRole("button", { name: "Ask the chain" }).click();
  };
  await paste(page, { ...proof, chainId: 5 });
  await page.getByRole("heading", { name: "The proof is sound in itself" }).waitFor();
  await page.getByText("Number 1 on chain 5, which you do not follow").waitFor();
  await page.getByLabel("RPC to ask").fill("nowhere");
  await page.getByRole("button", { name: "Ask the chain" }).click();
  await page.getByText("“nowhere” is no address.").waitFor();
  await ask();
  await page.getByText("CHAIN_ID_MISMATCH").waitFor();
  expect((await stepsOf(page)).at(-1)).toBe("Log on the chain: Not known");

  await paste(page, { ...proof, logId: proof.logId + 1 });
  await page.getByText("CHAIN_ID_MISMATCH").waitFor({ state: "detached" });
  await ask();
  await page.getByRole("heading", { name: "This proof does not hold" }).waitFor();
  await page.getByText("LOG_UNKNOWN").waitFor();
});
