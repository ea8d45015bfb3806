import type { BrowserContext, Page } from "playwright-core";
import { expect, it } from "vitest";
import { goTo, settled } from "./support/filledSite.ts";
import { useFilledSite } from "./support/useFilledSite.ts";

const bench = useFilledSite();

/** Everything that a page, its workers and its service worker say or ask for that they should not. */
function complaintsOf(context: BrowserContext, page: Page): string[] {
  const complaints: string[] = [];
  context.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (!["data:", "blob:"].includes(protocol) && !bench.site.origins.has(origin))
      complaints.push(request.url());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()))
      complaints.push(`${message.type()}: ${message.text()}`);
  });
  return complaints;
}

/** What a site can leave in a browser beside IndexedDB and the files of the page itself. */
async function tracesIn(page: Page): Promise<unknown> {
  const cookies = await page.context().cookies();
  const stores = await page.evaluate(async () => ({
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).map(({ name }) => name),
  }));
  return { cookies, ...stores };
}

for (const holds of ["nothing", "everything"] as const) {
  it(`no screen that holds ${holds} asks anybody but the page's own, or leaves a trace elsewhere`, async () => {
    const page = await bench.site.open(bench.browser, holds);
    const complaints = complaintsOf(page.context(), page);
    await page.reload();
    if (holds === "everything") {
      await page.getByRole("button", { name: "Check now" }).click();
      await page.getByText("The check has ended").first().waitFor({ state: "attached" });
    }
    for (const path of Object.values(bench.site.screens)) {
      await goTo(page, path);
      await settled(page);
    }
    await page.evaluate(() => navigator.serviceWorker.ready);
    expect(complaints).toEqual([]);
    expect(await tracesIn(page)).toEqual({ cookies: [], local: [], session: [], databases: ["tocsin"] });
    await page.context().close();
  }, 180_000);
}

it("keeps only the page's own files, and the site's suggestion, for when it is offline", async () => {
  const page = await bench.site.open(bench.browser, "everything");
  await page.evaluate(() => navigator.serviceWorker.ready);
  const home = new URL("./", bench.site.url).href;
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const caught = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return caught.flat().map(({ url }) => url);
  });
  expect(kept).toContain(home);
  expect(kept).toContain(`${home}tocsin.json`);
  expect(kept.filter((url) => !url.startsWith(home))).toEqual([]);
  const others = kept.filter(
    (url) => !/\/(assets\/[^/]+|[\w-]+\.(png|svg|webmanifest)|tocsin\.json)?$/.test(url),
  );
  expect(others).toEqual([]);
  await page.context().close();
});

it("runs nothing that is not one of its own files, and makes no text into markup", async () => {
  const page = await bench.site.open(bench.browser, "nothing");
  const refused = await page.evaluate(() => {
    const attempts: Record<string, () => unknown> = {
      markup: () => (document.createElement("div").innerHTML = "<img src=x>"),
      "a worker of a blob": () => new Worker(URL.createObjectURL(new Blob(["1"]))),
      "a worker of another folder": () => new Worker("../other/worker.js"),
      code: () => {
        document.createElement("script").text = "1";
      },
    };
    return Object.entries(attempts).flatMap(([name, attempt]) => {
      try {
        attempt();
        return [];
      } catch {
        return [name];
      }
    });
  });
  expect(refused).toEqual(["markup", "a worker of a blob", "code"]);
  await page.context().close();
});
