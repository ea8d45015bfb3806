import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { createServer, type ViteDevServer } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../support/chromium.ts";
import vectors from "../vectors/tcn.json" with { type: "json" };

/** The part of protocol that this test runs inside the page. */
interface Protocol {
  fromHex(text: string, name: string): Uint8Array;
  toHex(bytes: Uint8Array): string;
  readReport(bytes: Uint8Array): object;
  readSignedReport(bytes: Uint8Array): object & { bytes: Uint8Array };
  verifySignedReport(report: object): Promise<void>;
  tcnsOf(report: object): Uint8Array;
}

interface Case {
  id: string;
  kind: string;
  bytes: string;
  strict: string;
}

const ROOT = join(import.meta.dirname, "../..");
let server: ViteDevServer;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  server = await createServer({
    root: join(ROOT, "dapp"),
    logLevel: "error",
    server: { host: "127.0.0.1", hmr: false, watch: null },
  });
  await server.listen();
  browser = await chromium.launch(await findChromium());
  page = await browser.newPage();
  const origin = server.resolvedUrls?.local[0] ?? "";
  await page.goto(`${origin}icon.svg`);
  const files = ["bytes/hex.ts", "report/read.ts", "report/report.ts", "report/signature.ts"];
  const urls = files.map((file) => `/@fs${join(ROOT, "protocol", file)}`);
  // As text, since the test runner would rewrite import() in a function.
  await page.evaluate(`Promise.all(${JSON.stringify(urls)}.map((url) => import(url)))
    .then((modules) => void (globalThis.protocol = Object.assign({}, ...modules)))`);
}, 120_000);

afterAll(async () => {
  await browser.close();
  await server.close();
});

/** What the page's reader and verifier answer to each case: "accept", or a code. */
function answers(cases: Case[]): Promise<string[]> {
  return page.evaluate(async (list) => {
    const { protocol } = globalThis as unknown as { protocol: Protocol };
    const read = async ({ kind, bytes }: (typeof list)[number]): Promise<string> => {
      try {
        const raw = protocol.fromHex(bytes, "case");
        if (kind === "unsigned") protocol.readReport(raw);
        else await protocol.verifySignedReport(protocol.readSignedReport(raw));
        return "accept";
      } catch (error) {
        const { name, code } = error as { name: string; code: string };
        return name === "TocsinError" ? code : `threw ${name}`;
      }
    };
    const results: string[] = [];
    for (const one of list) results.push(await read(one));
    return results;
  }, cases);
}

describe("protocol in Chromium", () => {
  it("answers every malformed and every edge case as in Node", async () => {
    const cases = [...vectors.malformed, ...vectors.signature_edge] as Case[];
    const given = await answers(cases);
    cases.forEach(({ id, strict }, i) => {
      if (strict === "accept") expect(given[i], id).toBe("accept");
      else expect(given[i], id).toMatch(/^(REPORT_|ACCEPT)/i);
      if (strict === "reject") expect(given[i], id).not.toBe("accept");
    });
    const { readSignedReport } = await import("@tocsin/protocol/report/read.ts");
    const { verifySignedReport } = await import("@tocsin/protocol/report/signature.ts");
    const { fromHex } = await import("@tocsin/protocol/bytes/hex.ts");
    const edges = vectors.signature_edge as Case[];
    const inNode = await Promise.all(
      edges.map(({ bytes }) =>
        verifySignedReport(readSignedReport(fromHex(bytes, "case"))).then(
          () => "accept",
          (error: unknown) => (error as { code: string }).code,
        ),
      ),
    );
    expect(given.slice(vectors.malformed.length)).toEqual(inNode);
  });

  it("derives the TCNs of every report", async () => {
    const reports = vectors.reports.filter(({ tcns }) => tcns !== null);
    const derived = await page.evaluate(
      (list) => {
        const { protocol } = globalThis as unknown as { protocol: Protocol };
        return list.map((bytes) =>
          protocol.toHex(protocol.tcnsOf(protocol.readSignedReport(protocol.fromHex(bytes, "report")))),
        );
      },
      reports.map(({ signed_report }) => signed_report),
    );
    expect(derived).toEqual(reports.map(({ tcns }) => (tcns as string[]).join("")));
  });
});
