import { readFileSync, statSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formatContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { BridgeUnderTest, BROADCAST, CONTACTS, NOW, PAGE } from "./support/bridge.ts";
import { startBridge } from "./server.ts";

const OTHER_PAGE = "https://other.example";

let bridge: BridgeUnderTest;
beforeEach(async () => {
  bridge = await BridgeUnderTest.start();
});
afterEach(() => bridge.stop());

const refusal = (code: string) => ({ code, message: expect.any(String) as string });

describe("who may ask", () => {
  it.each([
    "evil.example",
    "127.0.0.1",
    "127.0.0.1:1",
    "localhost.evil.example:PORT",
    "[::2]:PORT",
    "evil:PORT",
  ])("a name that was made to point here is refused: %s", async (name) => {
    const host = name.replace("PORT", String(bridge.port));
    const token = await bridge.pair();
    const { status, json } = await bridge.ask("GET", "/v1/status", { token, headers: { host } });
    expect([status, json]).toEqual([403, refusal("HOST_REFUSED")]);
    const preflight = await bridge.ask("OPTIONS", "/v1/status", { headers: { host } });
    expect(preflight.status).toBe(403);
  });

  it.each(["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])("%s is this machine", async (name) => {
    const token = await bridge.pair();
    const headers = { host: `${name}:${bridge.port}` };
    expect((await bridge.ask("GET", "/v1/status", { token, headers })).status).toBe(200);
  });

  it.each([
    null,
    "null",
    "",
    "file://",
    "chrome-extension://abc",
    "https://tocsin.example/",
    "tocsin.example",
    "HTTPS://tocsin.example",
  ])("what is no page is refused, and cannot read why: %s", async (origin) => {
    const { status, json, headers } = await bridge.ask("GET", "/v1/status", { origin });
    expect([status, json]).toEqual([403, refusal("ORIGIN_REFUSED")]);
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("every answer, also a refusal, is for the page that asked, and is kept by nobody", async () => {
    for (const path of ["/v1/status", "/v1/nothing"]) {
      const { headers } = await bridge.ask("GET", path);
      expect(headers).toMatchObject({
        "access-control-allow-origin": PAGE,
        vary: "Origin",
        "cache-control": "no-store",
      });
    }
  });

  it("a preflight is answered for any page, and names what pages may send", async () => {
    const plain = await bridge.ask("OPTIONS", "/v1/contacts", { origin: "http://localhost:5173" });
    expect(plain.status).toBe(204);
    expect(plain.headers).toMatchObject({
      "access-control-allow-origin": "http://localhost:5173",
      "access-control-allow-methods": "GET, POST, DELETE",
      "access-control-allow-headers": "authorization, content-type",
    });
    expect(plain.headers).not.toHaveProperty("access-control-allow-private-network");
    const networks = ["private", "local"];
    const asking = networks.map((name) => [`access-control-request-${name}-network`, "true"] as const);
    const { headers } = await bridge.ask("OPTIONS", "/v1/contacts", { headers: Object.fromEntries(asking) });
    for (const name of networks) expect(headers[`access-control-allow-${name}-network`]).toBe("true");
  });

  it("listens at no other address than 127.0.0.1", async () => {
    // Whatever listens at every address answers here, too.
    const socket = connect({ host: "127.0.0.2", port: bridge.port });
    const refused = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(false)).once("error", () => resolve(true));
    });
    socket.destroy();
    expect(refused).toBe(true);
  });

  it("says when its port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    const parts = {
      recorder: {} as never,
      pages: bridge.pages,
      clock: bridge.clock,
      port,
      note: () => undefined,
    };
    await expect(startBridge(parts)).rejects.toMatchObject({ code: "PORT_IN_USE" });
    other.close();
  });
});

describe("pairing", () => {
  const pairing = (code: unknown, origin = PAGE) =>
    bridge.ask("POST", "/v1/pairings", { origin, body: { code } });

  it("a code gives one page a token, of which only the hash is written down", async () => {
    const { code, expiresAt } = bridge.pages.newCode();
    expect(code).toMatch(/^\d{6}$/);
    expect(expiresAt).toBe(NOW + 120);
    const { status, json } = await pairing(code);
    expect(status).toBe(201);
    expect(json).toEqual({ token: expect.stringMatching(/^[\w-]{43}$/), name: expect.any(String) });
    const file = readFileSync(bridge.pairingsFile, "utf8");
    expect(file).toContain(PAGE);
    expect(file).not.toContain((json as { token: string }).token);
    expect(statSync(bridge.pairingsFile).mode & 0o777).toBe(0o600);
    expect(bridge.notes.join()).not.toMatch(/tocsin\.example|\d/);
    expect(await pairing(code)).toMatchObject({ status: 403, json: refusal("PAIRING_REFUSED") });
  });

  it("no code is right before one was made", async () => {
    for (const code of ["000000", "", "undefined"]) expect((await pairing(code)).status).toBe(403);
  });

  it("a code is over after 120 seconds, and when a newer one was made", async () => {
    const { code } = bridge.pages.newCode();
    bridge.clock.advance(120);
    expect((await pairing(code)).status).toBe(403);
    const older = bridge.pages.newCode().code;
    const newer = bridge.pages.newCode().code;
    if (older !== newer) expect((await pairing(older)).status).toBe(403);
    expect((await pairing(newer)).status).toBe(201);
  });

  it("five wrong tries end a code, from whichever pages they come", async () => {
    const { code } = bridge.pages.newCode();
    const wrong = code === "111111" ? "222222" : "111111";
    for (let i = 0; i < 5; i++) expect((await pairing(wrong, `https://page${i}.example`)).status).toBe(403);
    expect((await pairing(code)).status).toBe(403);
  });

  it("four wrong tries do not", async () => {
    const { code } = bridge.pages.newCode();
    const wrong = code === "111111" ? "222222" : "111111";
    for (let i = 0; i < 4; i++) expect((await pairing(wrong)).status).toBe(403);
    expect((await pairing(code)).status).toBe(201);
  });

  it("a token is for its page only, and no other text is one", async () => {
    const token = await bridge.pair();
    const others = await bridge.pair(OTHER_PAGE);
    expect((await bridge.ask("GET", "/v1/status", { token })).status).toBe(200);
    const guesses = [undefined, others, token.slice(1), `${token}A`, token.toLowerCase().replace("-", "_")];
    for (const guess of guesses) {
      const { status, json } = await bridge.ask(
        "GET",
        "/v1/status",
        guess === undefined ? {} : { token: guess },
      );
      expect([status, json]).toEqual([401, refusal("TOKEN_REFUSED")]);
    }
    expect((await bridge.ask("GET", "/v1/status", { token, origin: OTHER_PAGE })).status).toBe(401);
    expect((await bridge.ask("GET", "/v1/status", { token, origin: "https://third.example" })).status).toBe(
      401,
    );
  });

  it("outlives the recorder, and ends when the page or the person ends it", async () => {
    const [token, others] = [await bridge.pair(), await bridge.pair(OTHER_PAGE)];
    await bridge.restart();
    expect((await bridge.ask("GET", "/v1/status", { token })).status).toBe(200);
    expect((await bridge.ask("DELETE", "/v1/pairings/current", { token })).status).toBe(204);
    expect((await bridge.ask("GET", "/v1/status", { token })).status).toBe(401);
    bridge.pages.unpair(OTHER_PAGE);
    expect((await bridge.ask("GET", "/v1/status", { token: others, origin: OTHER_PAGE })).status).toBe(401);
    await bridge.restart();
    expect((await bridge.ask("GET", "/v1/status", { token })).status).toBe(401);
  });

  it("a page that pairs again has a new token, and the old one ends", async () => {
    const [first, second] = [await bridge.pair(), await bridge.pair()];
    expect((await bridge.ask("GET", "/v1/status", { token: first })).status).toBe(401);
    expect((await bridge.ask("GET", "/v1/status", { token: second })).status).toBe(200);
  });
});

describe("what a paired page reads", () => {
  it("no route answers without a token", async () => {
    const routes: [string, string, unknown?][] = [
      ["GET", "/v1/status"],
      ["GET", "/v1/contacts"],
      ["GET", "/v1/broadcasts"],
      ["POST", "/v1/key-requests", { windows: [{ from: 1, to: 2 }] }],
      ["GET", "/v1/key-requests/x"],
      ["DELETE", "/v1/key-requests/x"],
      ["DELETE", "/v1/pairings/current"],
    ];
    for (const [method, path, body] of routes) {
      expect((await bridge.ask(method, path, { body })).status, path).toBe(401);
    }
  });

  it("the state, without the adapter's name", async () => {
    const token = await bridge.pair();
    const { json } = await bridge.ask("GET", "/v1/status", { token });
    expect(json).toMatchObject({ state: "recording", heardRecently: 2, contacts: { count: 3 } });
    expect(json).not.toHaveProperty("adapter");
  });

  it.each([
    { code: "ADAPTER_OFF", message: "hci0 is off: switch Bluetooth on" },
    { code: "KEYS_UNWRITABLE", message: "cannot write /var/lib/name/keys.json: no space" },
  ] as const)("why it waits, without the adapter's name and any path: $code", async (problem) => {
    const token = await bridge.pair();
    bridge.status = { ...bridge.status, state: "waiting", problem };
    const { json, text } = await bridge.ask("GET", "/v1/status", { token });
    expect(json).toMatchObject({ state: "waiting", problem: refusal(problem.code) });
    expect(text).not.toMatch(/hci0|var|keys\.json/);
  });

  it("contacts as their file format has them, on from any revision", async () => {
    const token = await bridge.pair();
    const objects = CONTACTS.map((contact) => JSON.parse(formatContactRecord(contact)) as unknown);
    const get = async (query: string) => (await bridge.ask("GET", `/v1/contacts${query}`, { token })).json;
    expect(await get("")).toEqual({ contacts: objects, revision: 3, more: false });
    expect(await get("?after=0&limit=2")).toEqual({ contacts: objects.slice(0, 2), revision: 2, more: true });
    expect(await get("?after=2")).toEqual({ contacts: objects.slice(2), revision: 3, more: false });
  });

  it.each([
    "limit=0",
    "limit=5001",
    "limit=x",
    "limit=",
    "limit=1&limit=2",
    "after=-1",
    "after=1e3",
    "after=99999999999999999",
  ])("%s is refused", async (query) => {
    const token = await bridge.pair();
    const { status, json } = await bridge.ask("GET", `/v1/contacts?${query}`, { token });
    expect([status, json]).toEqual([400, refusal("REQUEST_INVALID")]);
  });

  it("when it sent, and never a rak", async () => {
    const token = await bridge.pair();
    const { json, text } = await bridge.ask("GET", "/v1/broadcasts", { token });
    expect(json).toEqual({ broadcasts: [BROADCAST] });
    expect(text).not.toMatch(/rak|abab/);
  });
});

describe("hostile requests", () => {
  it.each([
    ["a body of more than 64 KiB", JSON.stringify({ code: "1".repeat(70_000) })],
    ["no JSON", "{"],
    ["an empty body", ""],
    ["an array", "[]"],
    ["null", "null"],
    ["a code that is a number", '{"code":123456}'],
    ["a prototype", '{"__proto__":{"code":"123456"}}'],
  ])("%s pairs nothing", async (_, body) => {
    const headers = { "content-type": "application/json" };
    const { status, json } = await bridge.ask("POST", "/v1/pairings", { body, headers });
    expect([status, json]).toEqual([400, refusal("REQUEST_INVALID")]);
  });

  it("what a form could send, without the browser asking first, is refused", async () => {
    const { code } = bridge.pages.newCode();
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
      const headers = { "content-type": type };
      const body = JSON.stringify({ code });
      expect((await bridge.ask("POST", "/v1/pairings", { body, headers })).status, type).toBe(400);
    }
    expect((await bridge.ask("POST", "/v1/pairings", { body: { code } })).status).toBe(201);
  });

  it("an unknown path or method is unknown, and a broken path is no failure", async () => {
    const token = await bridge.pair();
    expect((await bridge.ask("GET", "/v1/keys", { token })).json).toEqual(refusal("REQUEST_UNKNOWN"));
    expect((await bridge.ask("PUT", "/v1/status", { token })).status).toBe(404);
    expect((await bridge.ask("GET", "/v1/%zz", { token })).status).toBe(400);
  });

  it("other pages cannot use up the rate of a paired one", async () => {
    const token = await bridge.pair();
    const statuses = new Set<number>();
    for (let i = 0; i < 70; i++) {
      statuses.add((await bridge.ask("GET", "/v1/status", { origin: `https://page${i}.example` })).status);
    }
    expect([...statuses]).toEqual([401, 429]);
    expect((await bridge.ask("GET", "/v1/status", { token })).status).toBe(200);
    bridge.clock.advance(60);
    expect((await bridge.ask("GET", "/v1/status", { origin: OTHER_PAGE })).status).toBe(401);
  });
});
