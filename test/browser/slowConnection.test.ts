import { chromium } from "playwright-core";
import { expect, it } from "vitest";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { Community, contactOf, entryOf, GATEWAY, LOG_ID } from "@tocsin/protocol/check/support/community.ts";
import { FAKE_CHAIN_ID } from "@tocsin/protocol/check/support/fakeChain.ts";
import { formatContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { serveDapp } from "../../demo/stack.ts";
import { serveChain } from "../support/chainServer.ts";
import { findChromium } from "../support/chromium.ts";
import { check, importContacts, openDapp, visit } from "../support/dappPage.ts";
import { startServer } from "../support/server.ts";

const BATCHES = 8;

it("reads filters and the one batch that holds a contact, once its user says that the connection is slow", async () => {
  const now = Math.floor(Date.now() / 1_000);
  const community = new Community();
  for (let person = 1; person <= BATCHES; person++) {
    community.publishFiltered(now - 60, entryOf(person, 1, 8));
  }
  const rpc = await serveChain(community.chain);
  const asked: string[] = [];
  const relayer = await startServer(async ({ url = "" }, _, response) => {
    asked.push(url);
    const { signal } = new AbortController();
    const answer = await community.fetch(GATEWAY + url, { headers: {}, signal });
    response.statusCode = answer.status;
    response.end(new Uint8Array(await answer.arrayBuffer()));
  });
  const dapp = await serveDapp("built", {
    ...{ rpc: rpc.url, chainId: FAKE_CHAIN_ID, registry: to0x(community.chain.registry), logId: LOG_ID },
    gateways: [relayer.url],
  });
  const browser = await chromium.launch(await findChromium());
  try {
    const page = await openDapp(browser, dapp.url, []);
    await visit(page, "Settings");
    await page.getByLabel("Slow connection").check();
    await page.getByRole("status").getByText("Saved.").waitFor();
    await importContacts(page, formatContactRecord(contactOf(3, 2, now - 9_000, now - 8_400)));
    await check(page, "Possible exposure");
    const proofs = asked.filter((url) => url.endsWith("/filter"));
    expect(proofs.sort()).toEqual(Array.from({ length: BATCHES }, (_, seq) => `/v1/batches/${seq}/filter`));
    expect(asked.length - proofs.length, "a file for each filter, and one batch").toBe(BATCHES + 1);
    await page.getByText(/^About this check/).click();
    await page.getByText("7 batches, whose filters find none of your contacts").waitFor();
    await visit(page, "Alerts");
    expect(
      await page
        .getByRole("main")
        .getByRole("region", { name: /exposure$/i })
        .count(),
    ).toBe(1);
  } finally {
    await browser.close();
    await dapp.stop();
    for (const server of [relayer, rpc]) await server.stop();
  }
});
