import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { httpRpc } from "./rpc.ts";

type Answer = () => Response | Promise<Response>;
const json = (value: unknown, status = 200): Answer => {
  return () => new Response(JSON.stringify(value), { status });
};
const fails: Answer = () => Promise.reject(new TypeError("Failed to fetch"));
const right = json({ jsonrpc: "2.0", id: 1, result: "0x1" });

let requests: { url: string; init: RequestInit }[];

beforeEach(() => {
  requests = [];
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Answers in turn; the last answer stands for all that follow. */
function serve(...answers: [Answer, ...Answer[]]): void {
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)]!;
    requests.push({ url, init });
    return Promise.resolve().then(answer);
  });
}

async function call(): Promise<unknown> {
  const answer = httpRpc("https://rpc.example/key")("eth_call", [{ to: "0xsecret" }, "latest"]);
  const settled = Promise.allSettled([answer]);
  await vi.runAllTimersAsync();
  await settled;
  return answer;
}

it("asks as JSON-RPC, with no cookies, no referrer and no cache", async () => {
  serve(right);
  expect(await call()).toBe("0x1");
  expect(requests[0]!.init).toMatchObject({
    method: "POST",
    headers: { "content-type": "application/json" },
    ...{ credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store" },
  });
  expect(JSON.parse(requests[0]!.init.body as string)).toEqual({
    ...{ jsonrpc: "2.0", id: 1, method: "eth_call", params: [{ to: "0xsecret" }, "latest"] },
  });
});

const passing: Record<string, Answer> = {
  "a connection that fails": fails,
  "a rate limit": json({ error: { code: -32005, message: "slow down" } }, 429),
  "a fault of the server, told in HTML": () => new Response("<h1>Bad gateway</h1>", { status: 502 }),
};

for (const [name, answer] of Object.entries(passing)) {
  it(`tries twice more after ${name}`, async () => {
    serve(answer, answer, right);
    expect(await call()).toBe("0x1");
    expect(requests).toHaveLength(3);
  });

  it(`gives up at the third time of ${name}`, async () => {
    serve(answer);
    await expect(call()).rejects.toThrow(/cannot be reached|slow down|HTTP status 502/);
    expect(requests).toHaveLength(3);
  });
}

const lasting: Record<string, [Answer, message: string]> = {
  "a refusal": [
    json({ error: { code: -32000, message: "query exceeds max block range" } }),
    "query exceeds max",
  ],
  "a refusal with a status": [json({ error: { message: "no such method" } }, 400), "no such method"],
  "a refusal without words": [json({ error: 5 }), "gives no reason"],
  "a status alone": [() => new Response("", { status: 403 }), "HTTP status 403"],
  "something else than JSON": [() => new Response("<html>"), "no JSON"],
  "something else than JSON-RPC": [json([1]), "no JSON-RPC"],
  "nothing at all": [json(null), "no JSON-RPC"],
};

for (const [name, [answer, message]] of Object.entries(lasting)) {
  it(`does not ask again after ${name}, and tells the reason without the request`, async () => {
    serve(answer);
    const error = (await call().catch((reason: unknown) => reason)) as Error;
    expect(error.message).toContain(message);
    expect(error.message).not.toMatch(/0xsecret|rpc\.example/);
    expect(requests).toHaveLength(1);
  });
}

it("cuts a long reason", async () => {
  serve(json({ error: { message: "x".repeat(100_000) } }));
  const error = (await call().catch((reason: unknown) => reason)) as Error;
  expect(error.message).toHaveLength(300);
});

it("waits 20 seconds for an answer, three times", async () => {
  vi.useRealTimers();
  vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
    expect(ms).toBe(20_000);
    return AbortSignal.abort(new DOMException("it took too long", "TimeoutError"));
  });
  serve(() => Promise.reject(new DOMException("it took too long", "TimeoutError")));
  await expect(httpRpc("https://rpc.example")("eth_chainId", [])).rejects.toThrow("within 20 seconds");
  expect(requests).toHaveLength(3);
  vi.restoreAllMocks();
});
