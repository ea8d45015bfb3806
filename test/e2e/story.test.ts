import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeDay, type Day, type SamplePerson } from "../../demo/people.ts";
import { startStack, type Stack } from "../../demo/stack.ts";
import { findChromium } from "../support/chromium.ts";
import { check, openDapp, visit } from "../support/dappPage.ts";
import { tocsin } from "../support/tocsin.ts";

const SCREENSHOTS = join(import.meta.dirname, "../screenshots");

let folder: string;
let stack: Stack;
let browser: Browser;
let day: Day<SamplePerson>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tocsin-story-"));
  mkdirSync(SCREENSHOTS, { recursive: true });
  stack = await startStack({ dapp: "built", folder: join(folder, "stack") });
  day = await makeDay(stack.folder, Math.floor(Date.now() / 1_000));
  browser = await chromium.launch(await findChromium());
}, 120_000);

afterAll(async () => {
  await browser.close();
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

const shoot = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });

it("plays the story in the dapp: Alex reports, Vitalik finds the exposure with a proof, Sourabh finds none", async () => {
  const complaints: string[] = [];
  const alex = await openDapp(browser, stack.dapp, complaints);
  await visit(alex, "My data");
  await alex.getByLabel("Broadcast keys file").setInputFiles(day.alex.keysFile);
  await alex.getByText(/Imported: 2 new/).waitFor();
  await visit(alex, "Report");
  await alex.getByRole("button", { name: "Next: symptoms" }).click();
  await alex.getByLabel("A dry cough").check();
  await alex.getByRole("button", { name: "Next: check your answers" }).click();
  await shoot(alex, "report-answers");
  await alex.getByRole("checkbox").check();
  await alex.getByRole("button", { name: "Send report" }).click();
  await alex.getByRole("heading", { name: "Your report was sent" }).waitFor();
  await alex
    .locator("li[aria-current=step]", { hasText: /anchored|finalized/i })
    .first()
    .waitFor();
  await shoot(alex, "report-anchored");

  const vitalik = await openDapp(browser, stack.dapp, complaints);
  await visit(vitalik, "My data");
  await vitalik.getByLabel("Contact records file").setInputFiles(day.vitalik.contactsFile);
  await vitalik.getByText(/Imported: 7 new/).waitFor();
  await check(vitalik, "Possible exposure");
  await shoot(vitalik, "possible-exposure");
  await visit(vitalik, "Alerts");
  await vitalik
    .getByRole("link", { name: /Show the proof/ })
    .first()
    .click();
  const downloading = vitalik.waitForEvent("download");
  await vitalik.getByRole("button", { name: "Download proof" }).click();
  const proof = join(folder, "proof.json");
  await (await downloading).saveAs(proof);
  await shoot(vitalik, "proof");
  const verified = await tocsin(["verify", proof, "--rpc", stack.anvil.url, "--json"]);
  expect(verified).toMatchObject({ code: 0 });

  const sourabh = await openDapp(browser, stack.dapp, complaints);
  await visit(sourabh, "My data");
  await sourabh.getByLabel("Contact records file").setInputFiles(day.sourabh.contactsFile);
  await sourabh.getByText(/Imported: 6 new/).waitFor();
  await check(sourabh, "No exposures detected");
  expect(await sourabh.getByText(/you are safe/i).count()).toBe(0);
  await shoot(sourabh, "no-exposures");

  expect(complaints).toEqual([]);
}, 180_000);
