import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { RpcFault } from "../support/rpcProxy.ts";
import { jsonLines } from "../support/tocsin.ts";
import { openCheckedLog, type CheckedLog } from "./support/checkedLog.ts";

// Every step starts a process.
vi.setConfig({ testTimeout: 120_000 });

let world: CheckedLog;
beforeAll(async () => {
  world = await openCheckedLog();
});
afterAll(() => world.close());
beforeEach(() => {
  world.proxy.intercept();
});

type RawEvent = Record<string, unknown> & { topics: string[]; data: string; logIndex: string };

describe("tocsin check and an RPC that lies about the events", () => {
  // The events are: opening, batch 0, batch 1, batch 2.
  const lies: [string, (events: RawEvent[]) => RawEvent[]][] = [
    ["hides the newest batch", (events) => events.slice(0, 3)],
    ["hides the batch with the report", ([opened, a, , c]) => [opened!, a!, c!]],
    ["hides the oldest batch", ([opened, , b, c]) => [opened!, b!, c!]],
    ["hides all batches", (events) => events.slice(0, 1)],
    ["hides the opening", (events) => events.slice(1)],
    ["repeats a batch", (events) => [...events, events[3]!]],
    ["adds a batch", (events) => [...events, addedAfter(events[3]!)]],
    ["gives two batches in the wrong order", ([opened, a, b, c]) => [opened!, b!, a!, c!]],
    [
      "swaps what two batches say",
      ([opened, a, b, c]) => [opened!, { ...a!, data: b!.data }, { ...b!, data: a!.data }, c!],
    ],
    ["alters a root", (events) => alter(events, 2, 2)],
    ["alters a cidDigest", (events) => alter(events, 2, 2 + 64)],
    ["alters a count", (events) => alter(events, 2, 2 + 191)],
    [
      "cuts an event short",
      (events) => events.map((event, i) => (i === 1 ? { ...event, data: "0x" } : event)),
    ],
  ];

  it.each(lies)("%s", async (_, lie) => {
    world.proxy.intercept(async ({ method, forward }) => {
      const result = await forward();
      return method === "eth_getLogs" ? lie(result as RawEvent[]) : result;
    });
    const { code, stdout, stderr } = await world.check({ more: ["--json"] });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error LOG_(HEAD_MISMATCH|EVENT_INVALID): /m);
    expect(jsonLines(stdout)).toEqual([{ error: expect.any(Object) as object }]);
  });

  function alter(events: RawEvent[], which: number, position: number): RawEvent[] {
    return events.map((event, i) => {
      if (i !== which) return event;
      const digit = ((Number.parseInt(event.data[position]!, 16) + 1) % 16).toString(16);
      return { ...event, data: event.data.slice(0, position) + digit + event.data.slice(position + 1) };
    });
  }

  /** What would follow a batch: the next number, the same content. */
  function addedAfter(event: RawEvent): RawEvent {
    const content = event.data.slice(0, 2 + 128);
    const position = BigInt(`0x${event.data.slice(2 + 128)}`);
    const count = position & 0xffff_ffff_ffff_ffffn;
    const next = position + (1n << 128n) + (count << 64n);
    return { ...event, data: content + next.toString(16).padStart(64, "0"), logIndex: "0x9" };
  }
});

describe("tocsin check and the wrong place", () => {
  it.each([
    ["another chain", { more: ["--chain-id", "1"] }, "CHAIN_ID_MISMATCH"],
    ["a log that is not there", { log: 77 }, "LOG_UNKNOWN"],
    ["no registry", { registry: `0x${"11".repeat(20)}` }, "LOG_UNKNOWN"],
    ["no RPC", { rpc: "http://127.0.0.1:9" }, "RPC_UNAVAILABLE"],
  ])("%s", async (_, options, code) => {
    const run = await world.check(options);
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toMatch(new RegExp(`^error ${code}: `, "m"));
  });

  it("tries again where the RPC is busy, and never prints a URL that may hold a key", async () => {
    let refused = 0;
    world.proxy.intercept(({ method, forward }) => {
      if (method === "eth_chainId" && refused++ < 2) throw new Error("the connection is cut");
      return forward();
    });
    expect(await world.check()).toMatchObject({ code: 0 });
    expect(refused).toBe(3);
    world.proxy.intercept(() => {
      throw new RpcFault(-32000, "no \u001b[31mkey");
    });
    const run = await world.check({ rpc: `${world.proxy.url}/v1/SECRET` });
    expect(run.code).toBe(1);
    expect(run.stderr).not.toMatch(/SECRET|\u001b/);
    expect(run.stderr).toContain("no  [31mkey");
  });

  it("asks for fewer blocks at a time where the RPC refuses a range", async () => {
    world.proxy.intercept(({ method, params: [filter], forward }) => {
      const { fromBlock, toBlock } = (filter ?? {}) as { fromBlock: string; toBlock: string };
      if (method === "eth_getLogs" && Number(toBlock) - Number(fromBlock) > 1) {
        throw new RpcFault(-32005, "block range too large");
      }
      return forward();
    });
    expect(await world.check({ more: ["--json"] })).toMatchObject({ code: 0 });
  });
});
