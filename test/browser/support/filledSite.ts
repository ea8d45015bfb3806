import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { LOG_ID } from "@tocsin/protocol/check/support/community.ts";
import { FAKE_CHAIN_ID } from "@tocsin/protocol/check/support/fakeChain.ts";
import type { Theme } from "../../../dapp/sync/preferences.ts";
import { sourceId, type Source } from "../../../dapp/sync/source.ts";
import { serveDapp } from "../../../demo/stack.ts";
import { serveChain } from "../../support/chainServer.ts";
import { startGateway } from "../../support/gateway.ts";
import { startServer } from "../../support/server.ts";
import { FakeBridge } from "./fakeBridge.ts";
import { makeFilledData, type FilledData, type StoredData } from "./filledData.ts";

/** A screen that has not changed for this long shows what was stored and what is loaded for it. */
const QUIET_MS = 200;

/** A site with a community, and pages of it that hold something already. */
export interface FilledSite {
  url: string;
  data: FilledData;
  source: Source;
  /** A recorder that no page is connected to yet. */
  bridge: FakeBridge;
  /** Origins that its pages may ask: the page's own, RPC, gateway and relayer. */
  origins: ReadonlySet<string>;
  /** Every screen by its name, with its address. */
  screens: Readonly<Record<string, string>>;
  /** Opens a page in a browser context of its own: of a user's first visit, or with everything in it. */
  open(browser: Browser, holds: Holds, options?: OpenOptions): Promise<Page>;
  stop(): Promise<void>;
}

/** What a page holds when it is opened: contacts that were met by nobody who reported, or also by some who did. */
export type Holds = "nothing" | "strangers" | "contacts" | "everything";

export interface OpenOptions extends BrowserContextOptions {
  theme?: Theme;
  /** Where the site is served as well. */
  url?: string;
}

export async function startFilledSite(): Promise<FilledSite> {
  const now = Math.floor(Date.now() / 1_000);
  const data = await makeFilledData(now);
  const { community } = data;
  const [gateway, rpc, relayer] = [
    await startGateway(),
    await serveChain(community.chain),
    await startFakeRelayer(data),
  ];
  for (const { cidDigest, file } of community.batches) gateway.serve(cidDigest, file);
  const source: Source = {
    name: "Our community",
    ...{ rpc: rpc.url, chainId: FAKE_CHAIN_ID, registry: to0x(community.chain.registry), logId: LOG_ID },
    ...{ gateways: [gateway.url], relayer: relayer.url },
  };
  const bridge = await FakeBridge.start();
  const dapp = await serveDapp("built", source);
  const exposure = encodeURIComponent(data.exposures[0] ?? "");
  return {
    url: dapp.url,
    data,
    source,
    bridge,
    origins: new Set([dapp, gateway, rpc, relayer].map(({ url }) => new URL(url).origin)),
    screens: {
      ...{
        home: "/",
        welcome: "/welcome",
        alerts: "/alerts",
        report: "/report",
        data: "/data",
        more: "/more",
      },
      ...{ alert: `/alerts/${exposure}`, proof: `/alerts/${exposure}/proof`, verify: "/verify" },
      ...{ sources: "/sources", source: `/sources/${encodeURIComponent(sourceId(source))}` },
      ...{
        statistics: "/statistics",
        operator: "/operator",
        settings: "/settings",
        nowhere: "/no-such-page",
      },
    },
    open: async (browser, holds, { theme = "system", url = dapp.url, ...options } = {}) => {
      const context = await browser.newContext(options);
      const preferences = { theme, slowLink: false, onboarded: holds !== "nothing" };
      const kept = holds === "nothing" ? [] : data.stored(source, holds);
      await fill(context, url, [...kept, { store: "choices", key: "preferences", value: preferences }]);
      const page = await context.newPage();
      await page.goto(url);
      await page.getByRole("heading", { level: 1 }).waitFor();
      return page;
    },
    stop: async () => {
      await dapp.stop();
      for (const server of [gateway, rpc, relayer, bridge]) await server.stop();
    },
  };
}

/** Goes to a screen by its address, and waits until it is there. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate(async (hash) => {
    if (location.hash !== `#${hash}`) {
      location.hash = hash;
      await new Promise((resolve) => addEventListener("hashchange", resolve, { once: true }));
    }
    // The page has drawn what it goes to, or that it loads it.
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  }, path);
  await page.getByText("Loading…", { exact: true }).waitFor({ state: "detached" });
  await page.getByRole("heading", { level: 1 }).waitFor();
}

/** Waits until a screen has drawn all that it has: until nothing of it changes any more. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(
    (quietMs) =>
      new Promise<void>((resolve) => {
        const end = (): void => {
          observer.disconnect();
          resolve();
        };
        let timer = setTimeout(end, quietMs);
        const observer = new MutationObserver(() => {
          clearTimeout(timer);
          timer = setTimeout(end, quietMs);
        });
        observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      }),
    QUIET_MS,
  );
}

/** Puts values into the IndexedDB that a page of this context has made, before another one reads them. */
async function fill(context: BrowserContext, url: string, stored: StoredData): Promise<void> {
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.evaluate(
    (values) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open("tocsin");
        opening.onerror = () => reject(new Error("no database"));
        opening.onsuccess = () => {
          const database = opening.result;
          const transaction = database.transaction([...database.objectStoreNames], "readwrite");
          for (const { store, key, value } of values) transaction.objectStore(store).put(value, key);
          transaction.onerror = () => reject(new Error("not stored"));
          transaction.oncomplete = () => {
            database.close();
            resolve();
          };
        };
      }),
    stored,
  );
  await page.close();
}

/** Answers how far reports have come, as the page knows already, so that nothing moves. */
function startFakeRelayer({ reports }: FilledData) {
  return startServer(({ url = "" }, _, response) => {
    const report = reports.find(({ leaf }) => url.endsWith(`/v1/reports/${leaf}`));
    response.statusCode = report ? 200 : 404;
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify(
        report ? { state: report.state } : { code: "NOT_FOUND", title: "there is no such thing" },
      ),
    );
  });
}
