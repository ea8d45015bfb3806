import { pino } from "pino";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FastifyInstance } from "fastify";
import { findChromium } from "../../test/support/chromium.ts";
import { Metrics } from "../metrics/metrics.ts";
import { createServer, type ServerParts } from "./server.ts";

let server: FastifyInstance;
let browser: Browser;
let url: string;

beforeAll(async () => {
  // No route but the page's own is called: what stands behind the others need not be there.
  const given = { metrics: new Metrics("test"), reportsPerMinute: 60, workBits: 0, trustedProxies: 0 };
  server = await createServer({ ...given, logger: pino({ level: "silent" }) } as unknown as ServerParts);
  url = await server.listen({ host: "127.0.0.1", port: 0 });
  browser = await chromium.launch(await findChromium());
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

describe("/docs", () => {
  it("shows the interface, asks no other origin for anything and keeps to its policy", async () => {
    const page = await browser.newPage();
    // The test's own time limit ends it.
    page.setDefaultTimeout(0);
    const asked: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    const answer = await page.goto(`${url}/docs`);
    const policy = answer?.headers()["content-security-policy"] ?? "";
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; /);
    await page.getByRole("heading", { name: "Submit a signed report" }).first().waitFor();
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
    expect(asked).toEqual(expect.arrayContaining([`${url}/docs/scalar.js`, `${url}/openapi.json`]));
    expect(asked.filter((target) => /^https?:/.test(target) && new URL(target).origin !== url)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
