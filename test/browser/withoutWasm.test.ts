import { chromium } from "playwright-core";
import { expect, it } from "vitest";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { Community, contactOf, entryOf, LOG_ID } from "@tocsin/protocol/check/support/community.ts";
import { FAKE_CHAIN_ID } from "@tocsin/protocol/check/support/fakeChain.ts";
import { formatContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { serveDapp } from "../../demo/stack.ts";
import { serveChain } from "../support/chainServer.ts";
import { findChromium } from "../support/chromium.ts";
import { check, importContacts, openDapp, visit } from "../support/dappPage.ts";
import { startGateway } from "../support/gateway.ts";
import { startServer } from "../support/server.ts";

it("finds the same without shared memory, which the page does not have, and without WebAssembly", async () => {
  const now = Math.floor(Date.now() / 1_000);
  const community = new Community();
  const gateway = await startGateway();
  for (const people of [[1, 2], [3], [4, 5, 6]]) {
    const entries = people.map((person) => entryOf(person, 1, 8 * person));
    const { cidDigest, file } = community.publish(now - 60, ...entries);
    gateway.serve(cidDigest, file);
  }
  const contacts = [1, 3, 4, 6]
    .map((person) => contactOf(person, 2, now - 9_000 - person, now - 8_400))
    .map(formatContactRecord)
    .join("\n");
  const rpc = await serveChain(community.chain);
  const dapp = await serveDapp("built", {
    ...{ rpc: rpc.url, chainId: FAKE_CHAIN_ID, registry: to0x(community.chain.registry), logId: LOG_ID },
    gateways: [gateway.url],
  });
  let changed = 0;
  // A page's init scripts do not run in its workers: their own scripts begin by taking WebAssembly away.
  const without = await startServer(async ({ url = "" }, _, response) => {
    const answer = await fetch(new URL(url, dapp.url));
    const isWorker = /worker-[^/]*\.js$/.test(url);
    if (isWorker) changed++;
    response.setHeader("content-type", answer.headers.get("content-type") ?? "");
    response.end(`${isWorker ? "delete globalThis.WebAssembly;\n" : ""}${await answer.text()}`);
  });
  const browser = await chromium.launch(await findChromium());
  try {
    const foundAt = async (url: string): Promise<(string | null)[]> => {
      const page = await openDapp(browser, url, []);
      expect(await page.evaluate(() => [crossOriginIsolated, typeof SharedArrayBuffer])).toEqual([
        false,
        "undefined",
      ]);
      await importContacts(page, contacts);
      await check(page, "Possible exposure");
      await visit(page, "Alerts");
      const links = page.locator('a[href$="/proof"]');
      await links.first().waitFor();
      return links.evaluateAll((all) => all.map((each) => each.getAttribute("href")));
    };
    const found = await foundAt(dapp.url);
    expect(found).toHaveLength(4);
    expect(changed).toBe(0);
    expect(await foundAt(without.url)).toEqual(found);
    expect(changed).toBeGreaterThanOrEqual(2);
  } finally {
    await browser.close();
    await dapp.stop();
    for (const server of [without, rpc, gateway]) await server.stop();
  }
});
