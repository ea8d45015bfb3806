import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium } from "playwright-core";
import { expect, test } from "vitest";
import { findChromium } from "./chromium.ts";

test("the browser found renders a loopback page and has what the dapp stands on", async () => {
  const server = createServer((_, response) =>
    response.setHeader("content-type", "text/html").end("<title>bell</title><h1>tocsin</h1>"),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch(await findChromium());
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect(await page.textContent("h1")).toBe("tocsin");
    const has = await page.evaluate(async () => {
      const pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
      const signature = await crypto.subtle.sign("Ed25519", pair.privateKey, new Uint8Array(3));
      return {
        ed25519: await crypto.subtle.verify("Ed25519", pair.publicKey, signature, new Uint8Array(3)),
        worker: "Worker" in globalThis,
        indexedDB: "indexedDB" in globalThis,
      };
    });
    expect(has).toEqual({ ed25519: true, worker: true, indexedDB: true });
  } finally {
    await browser.close();
    server.close();
  }
});
