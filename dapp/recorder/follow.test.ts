import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { formatContactRecord, type ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import type { Store } from "../storage/store.ts";
import type { ContactPage } from "./answers.ts";
import type { RecorderConnection } from "./connection.ts";
import { followRecorder } from "./follow.ts";

const NOW = 1_800_000_000;
const status = { state: "recording", heardRecently: 0, contacts: { count: 0 } };

let connection: RecorderConnection | undefined;
/** Revisions after which contacts were asked for. */
let asked: number[];
/** What was given to be stored. */
let pages: ContactPage[];
let contactsAfter: (after: number) => object;

const store = {
  choices: { recorder: () => Promise.resolve(connection) },
  importFromRecorder: (_token: string, page: ContactPage) => {
    pages.push(page);
    if (connection) connection = { ...connection, revision: page.revision };
    return Promise.resolve();
  },
} as unknown as Store;

beforeEach(() => {
  connection = { url: "http://127.0.0.1:8430", token: "a".repeat(43), name: "", revision: 0, records: 0 };
  [asked, pages] = [[], []];
  contactsAfter = (after) => ({ contacts: [], revision: after, more: false });
  vi.useFakeTimers({ now: NOW * 1_000, toFake: ["Date"] });
  vi.stubGlobal("navigator", { vendor: "" });
  vi.stubGlobal("fetch", (url: string, { headers }: RequestInit) => {
    expect(headers).toEqual({ authorization: `Bearer ${"a".repeat(43)}` });
    const { pathname, searchParams } = new URL(url);
    if (pathname === "/v1/status") return Promise.resolve(Response.json(status));
    expect(pathname).toBe("/v1/contacts");
    const after = Number(searchParams.get("after"));
    asked.push(after);
    return Promise.resolve(Response.json(contactsAfter(after)));
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const record = (id: number): object =>
  JSON.parse(
    formatContactRecord({
      ...{ tcn: new Uint8Array(16).fill(id), firstSeen: NOW - 60, lastSeen: NOW, samples: 1 },
    } satisfies ContactRecord),
  ) as object;

test("goes on page by page until there is no more", async () => {
  contactsAfter = (after) => ({ contacts: [record(after)], revision: after + 1, more: after < 2 });
  expect(await followRecorder(store, true)).toMatchObject({ status: { isRecording: true } });
  expect(asked).toEqual([0, 1, 2]);
  expect(pages.map(({ contacts }) => contacts[0]?.tcn[0])).toEqual([0, 1, 2]);
});

test("fetches what was fetched a moment ago only when it must", async () => {
  connection = { ...connection!, followedAt: NOW - 10 };
  await followRecorder(store, false);
  expect(asked).toEqual([]);
  await followRecorder(store, true);
  // A clock that was set back keeps nobody waiting.
  for (const followedAt of [NOW - 60, NOW + 86_400]) {
    connection = { ...connection, followedAt };
    await followRecorder(store, false);
  }
  expect(asked).toEqual([0, 0, 0]);
});

test("two calls at once fetch once", async () => {
  await Promise.all([followRecorder(store, true), followRecorder(store, true)]);
  expect(asked).toEqual([0]);
});

test("ends at some time with a recorder that never does", async () => {
  contactsAfter = (after) => ({ contacts: [], revision: after + 1, more: true });
  await followRecorder(store, true);
  expect(asked).toHaveLength(300);
});

test("stores nothing of a page of which one record is broken, and says so", async () => {
  contactsAfter = () => ({ contacts: [record(1), { ...record(2), samples: 0 }], revision: 2, more: false });
  expect(await followRecorder(store, true)).toMatchObject({ problem: { code: "ANSWER_INVALID" } });
  expect(pages).toEqual([]);
});

test("ends when the user disconnects, and asks nobody where there is no recorder", async () => {
  contactsAfter = (after) => {
    connection = undefined;
    return { contacts: [], revision: after + 1, more: true };
  };
  await followRecorder(store, true);
  expect(asked).toEqual([0]);
  expect(await followRecorder(store, true)).toBeUndefined();
  expect(asked).toEqual([0]);
});

test("a recorder that is out of reach, refuses, or answers endlessly is a problem and no failure", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  expect(await followRecorder(store, true)).toMatchObject({ problem: { code: "UNREACHABLE" } });
  vi.stubGlobal("fetch", () =>
    Promise.resolve(Response.json({ code: "TOKEN_REFUSED", message: "not paired" }, { status: 401 })),
  );
  expect(await followRecorder(store, true)).toMatchObject({ problem: { code: "TOKEN_REFUSED" } });
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(" ".repeat(2 ** 20 + 1))));
  expect(await followRecorder(store, true)).toMatchObject({ problem: { code: "ANSWER_INVALID" } });
});

test("a browser that keeps the page from this device is named as the reason", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  const query = (): Promise<object> => Promise.resolve({ state: "denied" });
  vi.stubGlobal("navigator", { vendor: "", permissions: { query } });
  expect(await followRecorder(store, true)).toMatchObject({ problem: { code: "BLOCKED" } });
  vi.stubGlobal("navigator", { vendor: "Apple Computer, Inc." });
  vi.stubGlobal("location", { protocol: "https:" });
  expect(await followRecorder(store, true)).toMatchObject({ problem: { code: "UNSUPPORTED" } });
});
