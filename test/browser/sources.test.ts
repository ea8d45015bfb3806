import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { encodeQR } from "qr";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { to0x } from "@tocsin/protocol/bytes/hex.ts";
import { buildBatch } from "@tocsin/protocol/batch/build.ts";
import { Community, contactOf, entryOf, LOG_ID, OPERATOR } from "@tocsin/protocol/check/support/community.ts";
import { FAKE_CHAIN_ID, type RawEvent } from "@tocsin/protocol/check/support/fakeChain.ts";
import { formatContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { sourceId, type Source } from "../../dapp/sync/source.ts";
import { readSourceLink, sourceLink, toDraft } from "../../dapp/sync/sourceLink.ts";
import { serveDapp } from "../../demo/stack.ts";
import { serveChain } from "../support/chainServer.ts";
import { findChromium } from "../support/chromium.ts";
import { importContacts, openDapp, visit } from "../support/dappPage.ts";
import { startGateway, type Gateway } from "../support/gateway.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { storedCounts } from "./support/storedCounts.ts";

const HIDING_LOG = 2;
const now = Math.floor(Date.now() / 1_000);

let folder: string;
let community: Community;
let gateway: Gateway;
let honest: TestServer;
/** An RPC that hides the last batch of the second log. */
let hiding: TestServer;
let askedHiding: number;
/** The second log, as its people share it. */
let hillside: Source;
let dapp: { url: string; stop(): Promise<void> };
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tocsin-sources-"));
  community = new Community();
  gateway = await startGateway();
  const { cidDigest, file } = community.publish(now - 60, entryOf(1, 1, 8));
  gateway.serve(cidDigest, file);
  const { chain } = community;
  chain.mine(20, { name: "open", logId: HIDING_LOG, operator: OPERATOR });
  for (const person of [2, 3]) {
    const { tree, entries, ...built } = buildBatch([entryOf(person, 1, 8)]);
    gateway.serve(built.cidDigest, built.file);
    const batch = { root: tree.root, cidDigest: built.cidDigest, count: entries.length };
    chain.mine(now - 50, { name: "append", logId: HIDING_LOG, batch });
  }
  honest = await serveChain(chain);
  hiding = await startServer(async (_, body, response) => {
    askedHiding++;
    const { id, method, params } = JSON.parse(body.toString()) as {
      id: number;
      method: string;
      params: unknown[];
    };
    const answer = await chain.rpc(method, params);
    const result = method === "eth_getLogs" ? (answer as RawEvent[]).slice(0, -1) : answer;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
  });
  const log = {
    chainId: FAKE_CHAIN_ID,
    registry: to0x(chain.registry),
    gateways: [gateway.url],
    relayer: "",
  };
  hillside = { ...log, name: "Hillside", rpc: hiding.url, logId: HIDING_LOG };
  dapp = await serveDapp("built", { ...log, name: "Riverside", rpc: honest.url, logId: LOG_ID });
  const film = join(folder, "camera.y4m");
  writeFileSync(film, filmOf(sourceLink(hillside, dapp.url)));
  const { args, ...found } = await findChromium();
  const camera = [
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    `--use-file-for-fake-video-capture=${film}`,
  ];
  browser = await chromium.launch({ ...found, args: [...args, ...camera] });
});

beforeEach(async () => {
  askedHiding = 0;
  complaints = [];
  page = await openDapp(browser, dapp.url, complaints);
});

afterAll(async () => {
  await browser.close();
  await dapp.stop();
  for (const server of [honest, hiding, gateway]) await server.stop();
  rmSync(folder, { recursive: true });
});

/** A camera's picture that never changes: a QR code on grey, YUV 4:2:0. */
function filmOf(text: string): Buffer {
  const [width, height] = [640, 480];
  const rows = encodeQR(text, "raw", { ecc: "low", scale: 5 });
  const grey = Buffer.alloc(width * height, 0xa0);
  const [left, top] = [width - rows.length, height - rows.length].map((rest) => Math.floor(rest / 2)) as [
    number,
    number,
  ];
  rows.forEach((row, y) =>
    row.forEach((isDark, x) => (grey[(top + y) * width + left + x] = isDark ? 0x10 : 0xeb)),
  );
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\nFRAME\n`);
  return Buffer.concat([header, grey, Buffer.alloc((width * height) / 2, 0x80)]);
}

const heading = (name: string): Promise<void> =>
  page.getByRole("heading", { level: 1, name, exact: true }).waitFor();

async function followByTyping(): Promise<void> {
  await visit(page, "Sources");
  await page.getByRole("link", { name: "Follow another log" }).click();
  await heading("Follow another log");
  const form = page.getByRole("form", { name: "Source" });
  await form.getByLabel("Name").fill(hillside.name);
  await form.getByLabel("RPC").fill(hillside.rpc);
  await form.getByLabel("Chain id").fill(String(hillside.chainId));
  await form.getByLabel("Registry").fill("0x12");
  await form.getByLabel("Log", { exact: true }).fill(String(hillside.logId));
  await form.getByLabel("Gateways").fill(hillside.gateways.join("\n"));
  await form.getByRole("button", { name: "Follow this log" }).click();
  await form.getByText("0x and 40 digits of hex").waitFor();
  expect(await form.getByLabel("Registry").evaluate((field) => field === document.activeElement)).toBe(true);
  await form.getByLabel("Registry").fill(hillside.registry);
  await form.getByRole("button", { name: "Follow this log" }).click();
  await heading("Hillside");
}

const panelOf = (name: string) => page.getByRole("region", { name, exact: true });

it("follows two logs, shows the one that hides a batch as caught with evidence, and stops following it", async () => {
  await followByTyping();
  await importContacts(page, formatContactRecord(contactOf(1, 2, now - 9_000, now - 8_400)));
  await visit(page, "Home");
  await page.getByRole("button", { name: "Check now" }).click();
  await visit(page, "Sources");
  await panelOf("Hillside")
    .getByText(/^Caught hiding or rewriting/)
    .waitFor();
  await panelOf("Riverside")
    .getByText(/^Verified:/)
    .waitFor();

  await page.getByRole("link", { name: "Open Hillside" }).click();
  await heading("Hillside");
  await page.getByText(/hides, adds or alters a batch/).waitFor();
  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download the evidence" }).click(),
  ]);
  const evidence = JSON.parse(readFileSync(await saved.path(), "utf8")) as Record<string, unknown>;
  expect(evidence).toMatchObject({
    ...{ code: "LOG_HEAD_MISMATCH", rpc: hiding.url, chainId: FAKE_CHAIN_ID, logId: HIDING_LOG },
    ...{ registry: hillside.registry, block: community.chain.height },
  });
  expect(evidence.headInContract).toMatch(/^0x[0-9a-f]{64}$/);
  expect(evidence.headOfEvents).not.toBe(evidence.headInContract);
  await page.getByRole("button", { name: "Evidence", exact: true }).click();
  await page.getByText(String(evidence.headInContract)).waitFor();

  expect(await storedCounts(page)).toMatchObject({ outcomes: 1, health: 2 });
  await page.getByRole("button", { name: "Stop following" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Stop following" }).click();
  await heading("Sources");
  await panelOf("Riverside").waitFor();
  await panelOf("Hillside").waitFor({ state: "detached" });
  expect(await storedCounts(page)).toMatchObject({ outcomes: 1, health: 1 });
  const remembered = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        indexedDB.open("tocsin").onsuccess = (event) => {
          const database = (event.target as IDBOpenDBRequest).result;
          database.transaction("memory").objectStore("memory").getAllKeys().onsuccess = (got) =>
            resolve(JSON.stringify((got.target as IDBRequest).result));
        };
      }),
  );
  expect(remembered).not.toContain(sourceId(hillside));
  await page.reload();
  await panelOf("Riverside").waitFor();
  expect(await panelOf("Hillside").count()).toBe(0);
  expect(complaints).toEqual([]);
});

it("offers a log by a link, and neither stores nor asks anything before the user agrees", async () => {
  await followByTyping();
  const link = await page.getByText(/#\/sources\/new\?source=/).innerText();
  expect(readSourceLink(link)).toEqual(toDraft(hillside));

  page = await openDapp(browser, link, complaints);
  await heading("Follow this log?");
  expect(await page.getByLabel("RPC").inputValue()).toBe(hiding.url);
  await page.getByRole("button", { name: "Don’t follow it" }).click();
  await heading("Sources");
  expect(await panelOf("Hillside").count()).toBe(0);
  expect(askedHiding).toBe(0);

  await page.goto(`${dapp.url}#/sources/new`);
  await page.getByLabel("Link", { exact: true }).fill(`${dapp.url}#/sources`);
  await page.getByRole("button", { name: "Look at this link" }).click();
  await page.getByText(/This is no link to a log/).waitFor();
  await page.getByLabel("Link", { exact: true }).fill(link);
  await page.getByRole("button", { name: "Look at this link" }).click();
  await heading("Follow this log?");
  await page.getByRole("button", { name: "Follow this log" }).click();
  await heading("Hillside");

  await page.goto(link);
  await heading("Follow this log?");
  await page.getByRole("button", { name: "Follow this log" }).click();
  await page.getByText(/You follow this log already/).waitFor();
  expect(askedHiding).toBe(0);
  expect(complaints).toEqual([]);
});

it("reads a log from a picture of the QR code that another page shows", async () => {
  await visit(page, "Sources");
  await page.getByRole("link", { name: "Open Riverside" }).click();
  const picture = await page.getByRole("img", { name: /QR code/ }).screenshot();
  const empty = await page.getByRole("heading", { level: 1 }).screenshot();
  await page.getByRole("button", { name: "Stop following" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Stop following" }).click();
  await page.getByText("No log is followed yet").waitFor();
  await page.getByRole("link", { name: "Follow another log" }).click();
  const input = page.getByLabel("Picture of a QR code");
  await input.setInputFiles({ name: "no.png", mimeType: "image/png", buffer: empty });
  await page.getByText(/No QR code was found/).waitFor();
  await input.setInputFiles({ name: "code.png", mimeType: "image/png", buffer: picture });
  await heading("Follow this log?");
  expect(await page.getByLabel("Name").inputValue()).toBe("Riverside");
  await page.getByRole("button", { name: "Follow this log" }).click();
  await heading("Riverside");
  expect(complaints).toEqual([]);
});

it("reads a log by the camera, which is off again afterwards", async () => {
  await page.evaluate(() => {
    const { mediaDevices } = navigator;
    const ask = mediaDevices.getUserMedia.bind(mediaDevices);
    const seen = globalThis as { tracks?: MediaStreamTrack[] };
    mediaDevices.getUserMedia = async (wanted) => {
      const stream = await ask(wanted);
      seen.tracks = stream.getTracks();
      return stream;
    };
  });
  await visit(page, "Sources");
  await page.getByRole("link", { name: "Follow another log" }).click();
  await page.getByRole("button", { name: "Use the camera" }).click();
  await heading("Follow this log?");
  expect(await page.getByLabel("Name").inputValue()).toBe("Hillside");
  const states = (): Promise<MediaStreamTrackState[] | undefined> =>
    page.evaluate(() =>
      (globalThis as { tracks?: MediaStreamTrack[] }).tracks?.map((track) => track.readyState),
    );
  // It is let go once the next screen is painted.
  await expect.poll(states).toEqual(["ended"]);
  expect(complaints).toEqual([]);
});

it("restores this site's source", async () => {
  await visit(page, "Sources");
  expect(await page.getByRole("button", { name: "Use this site’s source" }).count()).toBe(0);
  await page.getByRole("link", { name: "Open Riverside" }).click();
  await page.getByLabel("RPC").fill(`${honest.url}/v3/secret`);
  await page.getByRole("button", { name: "Save source" }).click();
  await page.getByText("The RPC’s address is left out").waitFor();
  const link = await page.getByText(/#\/sources\/new\?source=/).innerText();
  expect(Buffer.from(link.split("source=")[1]!, "base64url").toString()).not.toContain("secret");
  await visit(page, "Sources");
  await page.getByRole("button", { name: "Use this site’s source" }).click();
  await page.getByText("This site’s source is in use.").waitFor();
  await page.getByRole("button", { name: "Use this site’s source" }).waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Open Riverside" }).click();
  expect(await page.getByLabel("RPC").inputValue()).toBe(honest.url);
});
