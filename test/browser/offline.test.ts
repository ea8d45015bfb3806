import type { Locator, Page } from "playwright-core";
import { expect, it } from "vitest";
import { startServer, type TestServer } from "../support/server.ts";
import { goTo } from "./support/filledSite.ts";
import { chooseHours } from "./support/pageStates.ts";
import { useFilledSite } from "./support/useFilledSite.ts";

const bench = useFilledSite();

/** Waits until all of the page is kept, and comes from there. */
const installed = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");

it("opens offline with the last result, its site's source and every screen but the wallet's", async () => {
  const page = await bench.site.open(bench.browser, "everything");
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await installed(page);
  await page.context().setOffline(true);
  await page.reload();
  await page.getByText("Possible exposure").first().waitFor();
  await page
    .getByText(/offline/i)
    .first()
    .waitFor();
  for (const [name, path] of Object.entries(bench.site.screens))
    if (name !== "operator") await goTo(page, path);
  expect(errors).toEqual([]);
  await page.context().close();
}, 180_000);

it("a first visit that goes offline still knows the site's source", async () => {
  const page = await bench.site.open(bench.browser, "nothing");
  await installed(page);
  await page.context().setOffline(true);
  await page.reload();
  await goTo(page, "/sources");
  await page.getByText(bench.site.source.name).first().waitFor();
  await page.context().close();
});

/** Serves the site's files as one version and, from some time on, as another. */
async function startTwoVersions(): Promise<TestServer & { release: () => void }> {
  let version = 1;
  const server = await startServer(async ({ url = "/" }, _, response) => {
    const answer = await fetch(new URL(url, bench.site.url));
    const body = Buffer.from(await answer.arrayBuffer());
    response.statusCode = answer.status;
    response.setHeader("content-type", answer.headers.get("content-type") ?? "");
    const { pathname } = new URL(url, bench.site.url);
    if (pathname === "/")
      response.end(body.toString().replace("<title>", `<meta name="version" content="${version}" /><title>`));
    else if (pathname === "/serviceWorker.js")
      response.end(
        body.toString().replace(/\w{32}(?=","url":"index.html")/, String(version).padStart(32, "0")),
      );
    else response.end(body);
  });
  const release = (): void => {
    version++;
  };
  return { ...server, release };
}

const versionOf = (page: Page): Promise<string | null> =>
  page.locator("meta[name=version]").getAttribute("content");

it("a new version waits until it is wanted, never shows in the middle of a report, and leaves other tabs alone", async () => {
  const server = await startTwoVersions();
  const page = await bench.site.open(bench.browser, "everything", { url: server.url });
  await installed(page);
  await page.reload();
  const other = await page.context().newPage();
  await other.goto(server.url);
  await chooseHours(other);
  server.release();
  const use = (tab: Page): Locator => tab.getByRole("button", { name: "Use it now" });
  // A look that the browser took by itself just before counts as this one, and found the version before.
  const look = (): Promise<unknown> =>
    page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await expect.poll(() => look().then(() => use(page).count())).toBe(1);
  expect(await use(other).count()).toBe(0);
  expect([await versionOf(page), await versionOf(other)]).toEqual(["1", "1"]);
  await use(page).click();
  await page.locator('meta[name=version][content="2"]').waitFor({ state: "attached" });
  await use(page).waitFor({ state: "detached" });
  await other.getByRole("heading", { name: "What do you have?" }).waitFor();
  await goTo(other, "/statistics");
  expect(await versionOf(other)).toBe("1");
  await page.context().close();
  await server.stop();
}, 120_000);

it("says so where a part is missing that was never kept, and goes on", async () => {
  const page = await bench.site.open(bench.browser, "everything");
  await installed(page);
  await page.context().setOffline(true);
  await goTo(page, "/operator");
  await page.getByRole("heading", { level: 1, name: "This screen cannot be shown" }).waitFor();
  await goTo(page, "/more");
  await page.getByRole("heading", { level: 1, name: "More" }).waitFor();
  await page.context().close();
});

it("works without what keeps it, where the browser refuses that", async () => {
  const page = await bench.site.open(bench.browser, "everything", { serviceWorkers: "block" });
  await page.getByText("Possible exposure").first().waitFor();
  await goTo(page, "/more");
  await page.context().close();
});
