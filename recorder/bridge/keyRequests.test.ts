import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formatBroadcastKey } from "@tocsin/protocol/report/broadcastKeys.ts";
import { RecorderError } from "../errors.ts";
import { BridgeUnderTest, KEY, NOW } from "./support/bridge.ts";

const OTHER_PAGE = "https://other.example";
const WINDOWS = [
  { from: NOW - 7_200, to: NOW - 3_600 },
  { from: NOW - 1_800, to: NOW },
];
const PENDING = { state: "pending" };
const GRANTED = { state: "granted", keys: [JSON.parse(formatBroadcastKey(KEY)) as unknown] };
const UNKNOWN = { code: "REQUEST_UNKNOWN", message: expect.any(String) as string };

let bridge: BridgeUnderTest;
let token: string;
beforeEach(async () => {
  bridge = await BridgeUnderTest.start();
  token = await bridge.pair();
});
afterEach(() => bridge.stop());

const request = (windows: unknown = WINDOWS) =>
  bridge.ask("POST", "/v1/key-requests", { token, body: { windows } });
const open = async () => ((await request()).json as { id: string }).id;
const fetchState = async (id: string) => (await bridge.ask("GET", `/v1/key-requests/${id}`, { token })).json;

describe("a page's request for keys", () => {
  it("waits for the person, who sees which page asks for what", async () => {
    const { status, json } = await request();
    expect([status, json]).toEqual([201, { id: expect.any(String), expiresAt: NOW + 600 }]);
    const { id } = json as { id: string };
    expect(bridge.pages.openRequests()).toEqual([
      { id, origin: "https://tocsin.example", windows: WINDOWS, expiresAt: NOW + 600 },
    ]);
    expect(bridge.notes.join()).toContain("tocsin-recorder approve");
    expect(bridge.notes.join()).not.toMatch(/tocsin\.example|\d/);
  });

  it("gives nothing of a key, and hands none out, before the person said yes", async () => {
    const id = await open();
    for (const path of ["status", "contacts", "broadcasts", `key-requests/${id}`]) {
      expect((await bridge.ask("GET", `/v1/${path}`, { token })).text).not.toMatch(/rak|abab/);
    }
    expect(await fetchState(id)).toEqual(PENDING);
    expect(bridge.handedOut).toEqual([]);
  });

  it("once granted, gives the keys of its windows as often as it is asked, for ten minutes", async () => {
    const id = await open();
    bridge.clock.advance(599);
    expect(await bridge.pages.approve(id)).toEqual([KEY]);
    expect(bridge.handedOut).toEqual([WINDOWS]);
    bridge.clock.advance(599);
    expect(await fetchState(id)).toEqual(GRANTED);
    expect(await fetchState(id)).toEqual(GRANTED);
    bridge.clock.advance(1);
    expect(await fetchState(id)).toEqual({ state: "expired" });
    expect(bridge.pages.openRequests()).toEqual([]);
  });

  it("once denied, stays so", async () => {
    const id = await open();
    bridge.pages.deny(id);
    bridge.clock.advance(601);
    expect(await fetchState(id)).toEqual({ state: "denied" });
    await expect(bridge.pages.approve(id)).rejects.toMatchObject({ code: "REQUEST_UNKNOWN" });
    expect(bridge.handedOut).toEqual([]);
  });

  it("cannot be deleted while its keys are given, before the page has them", async () => {
    const id = await open();
    const drop = () => bridge.ask("DELETE", `/v1/key-requests/${id}`, { token });
    const isOpen = { status: 409, json: { code: "REQUEST_OPEN" } };
    let finish = (_keys: (typeof KEY)[]): void => undefined;
    bridge.handOut = () => new Promise((resolve) => (finish = resolve));
    const granting = bridge.pages.approve(id);
    expect(await fetchState(id)).toEqual(PENDING);
    expect(await drop()).toMatchObject(isOpen);
    finish([KEY]);
    await granting;
    expect(await drop()).toMatchObject(isOpen);
    expect(await request(), "nor replaced").toMatchObject(isOpen);
    expect(await fetchState(id)).toEqual(GRANTED);
    expect((await drop()).status).toBe(204);
  });

  it("once granted, can be deleted when its time is over", async () => {
    const id = await open();
    await bridge.pages.approve(id);
    bridge.clock.advance(600);
    expect((await bridge.ask("DELETE", `/v1/key-requests/${id}`, { token })).status).toBe(204);
  });

  it("once granted, is taken back until the page has its keys", async () => {
    const first = await open();
    await bridge.pages.approve(first);
    bridge.pages.deny(first);
    expect(await fetchState(first)).toEqual({ state: "expired" });
    const second = await open();
    await bridge.pages.approve(second);
    expect(await fetchState(second)).toEqual(GRANTED);
    expect(() => {
      bridge.pages.deny(second);
    }).toThrow(expect.objectContaining({ code: "REQUEST_UNKNOWN" }) as Error);
  });

  it.each<[string, (id: string) => void, object]>([
    ["denied", (id) => bridge.pages.deny(id), { state: "expired" }],
    ["forgotten with all others", () => bridge.pages.dropRequests(), UNKNOWN],
  ])("%s while its keys are given, it gives the page none, and says so", async (_, take, state) => {
    const id = await open();
    let finish = (_keys: (typeof KEY)[]): void => undefined;
    bridge.handOut = () => new Promise((resolve) => (finish = resolve));
    const granting = bridge.pages.approve(id);
    take(id);
    finish([KEY]);
    await expect(granting).rejects.toMatchObject({ code: "REQUEST_UNKNOWN" });
    expect(await fetchState(id)).toEqual(state);
  });

  it("ends unanswered after ten minutes", async () => {
    const id = await open();
    bridge.clock.advance(600);
    await expect(bridge.pages.approve(id)).rejects.toMatchObject({ code: "REQUEST_UNKNOWN" });
    expect(() => {
      bridge.pages.deny(id);
    }).toThrow(expect.objectContaining({ code: "REQUEST_UNKNOWN" }) as Error);
    expect(await fetchState(id)).toEqual({ state: "expired" });
    expect(bridge.handedOut).toEqual([]);
  });

  it("is granted once, however often the person says yes meanwhile", async () => {
    const id = await open();
    let finish = (_keys: (typeof KEY)[]): void => undefined;
    bridge.handOut = () => new Promise((resolve) => (finish = resolve));
    const first = bridge.pages.approve(id);
    await expect(bridge.pages.approve(id)).rejects.toMatchObject({ code: "REQUEST_UNKNOWN" });
    // What is being handed out does not expire, and nothing of it shows yet.
    bridge.clock.advance(1_000);
    expect(await fetchState(id)).toEqual(PENDING);
    finish([KEY]);
    await first;
    expect(bridge.handedOut).toHaveLength(1);
    expect(await fetchState(id)).toEqual(GRANTED);
  });

  it("waits on where nothing could be handed out", async () => {
    const id = await open();
    bridge.handOut = () => Promise.reject(new RecorderError("NOTHING_TO_HAND_OUT", "nothing was sent then"));
    await expect(bridge.pages.approve(id)).rejects.toMatchObject({ code: "NOTHING_TO_HAND_OUT" });
    expect(await fetchState(id)).toEqual(PENDING);
  });

  it("is the only open one of its page, until the page deletes it", async () => {
    const id = await open();
    expect(await request()).toMatchObject({ status: 409, json: { code: "REQUEST_OPEN" } });
    expect((await bridge.ask("DELETE", `/v1/key-requests/${id}`, { token })).status).toBe(204);
    expect(await fetchState(id)).toEqual(UNKNOWN);
    const next = await open();
    expect(next).not.toBe(id);
    bridge.pages.deny(next);
    expect((await request()).status).toBe(201);
  });

  it("is no other page's business", async () => {
    const id = await open();
    const others = await bridge.pair(OTHER_PAGE);
    await bridge.pages.approve(id);
    for (const method of ["GET", "DELETE"]) {
      const asked = { token: others, origin: OTHER_PAGE };
      expect(await bridge.ask(method, `/v1/key-requests/${id}`, asked)).toMatchObject({
        status: 404,
        json: UNKNOWN,
      });
    }
    expect(await fetchState(id)).toEqual(GRANTED);
  });

  it("ends with the pairing, and does not come back with the next", async () => {
    const id = await open();
    await bridge.pages.approve(id);
    bridge.pages.unpair("https://tocsin.example");
    token = await bridge.pair();
    expect(await fetchState(id)).toEqual(UNKNOWN);
  });
});

describe("windows", () => {
  it.each([
    ["none", []],
    ["an object", {}],
    ["missing", undefined],
    ["401 of them", Array.from({ length: 401 }, (_, i) => ({ from: i, to: i + 1 }))],
    ["an empty one", [{ from: 5, to: 5 }]],
    ["one that runs backwards", [{ from: 5, to: 4 }]],
    ["a fraction", [{ from: 0.5, to: 4 }]],
    ["a text", [{ from: "0", to: 4 }]],
    ["one beyond any calendar", [{ from: 0, to: 1e15 }]],
    ["null", [null]],
  ])("%s: refused", async (_, windows) => {
    const body = windows === undefined ? {} : { windows };
    const { status, json } = await bridge.ask("POST", "/v1/key-requests", { token, body });
    expect([status, json]).toMatchObject([400, { code: "REQUEST_INVALID" }]);
    expect(bridge.pages.openRequests()).toEqual([]);
  });

  it("400 are taken", async () => {
    const windows = Array.from({ length: 400 }, (_, i) => ({ from: NOW + i, to: NOW + i + 1 }));
    expect((await request(windows)).status).toBe(201);
  });
});
