import type { Browser, Page } from "playwright-core";

/** Anchoring takes the relayer some seconds; a busy machine takes longer. */
const PATIENCE_MS = 60_000;

/** What the main navigation names; all else is under "More". */
const NAVIGATION = ["Home", "Alerts", "Report", "My data", "More"];

/**
 * Opens the dapp in a browser of its own, with nothing in it yet.
 * @param complaints gets the page's errors and every request that leaves this machine
 * @param options.isFirstVisit leaves the introduction open, which is skipped otherwise
 */
export async function openDapp(
  browser: Browser,
  url: string,
  complaints: string[],
  { isFirstVisit = false }: { isFirstVisit?: boolean } = {},
): Promise<Page> {
  const context = await browser.newContext({
    acceptDownloads: true,
    viewport: { width: 900, height: 1_200 },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("request", (request) => {
    if (!/^(http:\/\/127\.0\.0\.1:|data:|blob:)/.test(request.url())) complaints.push(request.url());
  });
  const [home = "", screen] = url.split("#");
  await page.goto(home);
  if (!isFirstVisit) await skipIntroduction(page);
  if (screen === undefined) return page;
  // From the same page, a new address after the # would load nothing.
  await page.goto("about:blank");
  await page.goto(url);
  return page;
}

/** Skips the introduction, which a first visit begins with. */
export async function skipIntroduction(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Skip" }).click();
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
}

/** Goes to one of the dapp's screens by its navigation. */
export async function visit(page: Page, name: string): Promise<void> {
  if (NAVIGATION.includes(name)) {
    await page.getByRole("navigation").getByRole("link", { name }).click();
  } else {
    await visit(page, "More");
    await page.getByRole("main").getByRole("link", { name, exact: true }).click();
  }
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

/** Runs a check and waits for this heading of its result. */
export async function check(page: Page, result: string): Promise<void> {
  await visit(page, "Home");
  await page.getByRole("button", { name: "Check now" }).click();
  await page.getByRole("heading", { name: result }).waitFor();
}

/** Imports contact records, one a line, on "My data". */
export async function importContacts(page: Page, lines: string): Promise<void> {
  await visit(page, "My data");
  const file = { name: "contacts.jsonl", mimeType: "text/plain", buffer: Buffer.from(lines) };
  await page.getByLabel("Contact records file").setInputFiles(file);
  await page.getByText(/^Imported:/).waitFor();
}
