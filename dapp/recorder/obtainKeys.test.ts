import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { BroadcastKey } from "@tocsin/protocol/report/broadcastKeys.ts";
import type { Store } from "../storage/store.ts";
import type { RecorderConnection } from "./connection.ts";
import { collectKeys, obtainKeys } from "./obtainKeys.ts";

const key = { rak: "07".repeat(32), startedAt: 900, rotation: 900, firstIndex: 1, lastIndex: 24 };
const windows = [{ from: 3_600, to: 7_200 }];
const granted = { state: "granted", keys: [key] };

let connection: RecorderConnection;
let stored: BroadcastKey[];
/** What the recorder says of the request; an Error where it cannot be reached. */
let answer: object | Error;
let asked: string[];
/** Whether somebody is agreeing just now: the recorder lets nobody take the request back. */
let isGranting: boolean;
let stop: AbortController;

const store = {
  choices: {
    changeRecorder: (_token: string, change: (each: RecorderConnection) => RecorderConnection) => {
      connection = change(connection);
      return Promise.resolve();
    },
  },
  importKeys: (keys: BroadcastKey[]) => {
    expect(connection.keyRequest, "a request is remembered until its keys are stored").toBe("r-1");
    stored.push(...keys);
    return Promise.resolve();
  },
} as unknown as Store;

beforeEach(() => {
  connection = { url: "http://127.0.0.1:8430", token: "a".repeat(43), name: "", revision: 0, records: 0 };
  [stored, asked, answer, stop] = [[], [], { state: "pending" }, new AbortController()];
  isGranting = false;
  vi.useFakeTimers();
  vi.stubGlobal("document", new EventTarget());
  vi.stubGlobal("navigator", { vendor: "" });
  vi.stubGlobal("fetch", (url: string, { method = "" }: RequestInit) => {
    asked.push(`${method} ${new URL(url).pathname.replace("/v1/", "")}`);
    if (method === "POST")
      return Promise.resolve(Response.json({ id: "r-1", expiresAt: 9 }, { status: 201 }));
    if (method === "DELETE" && isGranting)
      return Promise.resolve(
        Response.json({ code: "REQUEST_OPEN", message: "just granted" }, { status: 409 }),
      );
    if (method === "DELETE") return Promise.resolve(new Response(null, { status: 204 }));
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(Response.json(answer));
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const unknown = (): Promise<Response> =>
  Promise.resolve(Response.json({ code: "REQUEST_UNKNOWN", message: "none" }, { status: 404 }));

/** Asks, and lets the recorder not answer yet. */
async function begin(): Promise<{ end: Promise<boolean> }> {
  const end = obtainKeys(store, connection, windows, (at) => expect(at).toBe(9), stop.signal);
  end.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(connection.keyRequest).toBe("r-1");
  return { end };
}

test("waits, also while the recorder is out of reach, and stores what is granted", async () => {
  const { end } = await begin();
  answer = new TypeError("Failed to fetch");
  await vi.advanceTimersByTimeAsync(20_000);
  answer = granted;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await end).toBe(true);
  expect(stored.map(({ rak, ...rest }) => ({ rak: rak[0], ...rest }))).toEqual([{ ...key, rak: 7 }]);
  expect(connection.keyRequest).toBeUndefined();
});

test.each(["denied", "expired"])("ends without keys when it is %s", async (state) => {
  const { end } = await begin();
  answer = { state };
  await vi.advanceTimersByTimeAsync(2_000);
  await expect(end).rejects.toMatchObject({ code: `REQUEST_${state.toUpperCase()}` });
  expect(stored).toEqual([]);
  expect(connection.keyRequest).toBeUndefined();
});

test("a request that the recorder knows nothing of has expired", async () => {
  const { end } = await begin();
  vi.stubGlobal("fetch", unknown);
  await vi.advanceTimersByTimeAsync(2_000);
  await expect(end).rejects.toMatchObject({ code: "REQUEST_EXPIRED" });
});

test("is taken back when it is cancelled", async () => {
  const { end } = await begin();
  stop.abort();
  expect(await end).toBe(false);
  expect(asked.at(-1)).toBe("DELETE key-requests/r-1");
  expect(connection.keyRequest).toBeUndefined();
});

test("is remembered when it is cancelled while somebody agrees, and its keys are fetched later", async () => {
  const { end } = await begin();
  isGranting = true;
  stop.abort();
  expect(await end).toBe(false);
  expect(asked.at(-1)).toBe("DELETE key-requests/r-1");
  expect(connection.keyRequest).toBe("r-1");
  answer = granted;
  await collectKeys(store, connection);
  expect(stored).toHaveLength(1);
  expect(connection.keyRequest).toBeUndefined();
});

test("no other request is made while somebody agrees to an earlier one", async () => {
  connection = { ...connection, keyRequest: "r-0" };
  isGranting = true;
  const end = obtainKeys(store, connection, windows, () => undefined, stop.signal);
  await expect(end).rejects.toMatchObject({ code: "REQUEST_OPEN" });
  expect(asked).not.toContain("POST key-requests");
  expect(connection.keyRequest).toBe("r-0");
});

test("keys that were granted before it was cancelled are kept: nobody gives them again", async () => {
  const { end } = await begin();
  answer = granted;
  stop.abort();
  expect(await end).toBe(false);
  expect(stored).toHaveLength(1);
  expect(asked).not.toContain("DELETE key-requests/r-1");
});

test("an answer that came while the page was closed is collected, and one that still waits is left", async () => {
  connection = { ...connection, keyRequest: "r-1" };
  await collectKeys(store, connection);
  expect(connection.keyRequest).toBe("r-1");
  answer = granted;
  await collectKeys(store, connection);
  expect(stored).toHaveLength(1);
  expect(connection.keyRequest).toBeUndefined();
  await collectKeys(store, connection);
  expect(asked).toHaveLength(2);
});

test("an earlier request that still waits is taken back before another is made", async () => {
  connection = { ...connection, keyRequest: "r-0" };
  await begin();
  expect(asked.slice(0, 3)).toEqual(["GET key-requests/r-0", "DELETE key-requests/r-0", "POST key-requests"]);
  stop.abort();
});
