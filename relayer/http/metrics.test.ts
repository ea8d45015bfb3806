import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { countRpc, countStore, countUploads } from "../metrics/counted.ts";
import { readCounts, remembered } from "../metrics/counts.ts";
import { Metrics } from "../metrics/metrics.ts";
import { METRICS } from "../metrics/names.ts";
import { JsonRpcError } from "../net/jsonRpc.ts";
import { DatabaseError, STATES, type BatchRecord, type NewEntry } from "../ports/database.ts";
import { PublisherFault } from "../publisher/faults.ts";
import type { PublisherStatus } from "../publisher/status.ts";
import { readOperation } from "../cli/operation.ts";
import { HttpProblem } from "./problem.ts";
import { addMetricsRoute, countRefusals } from "./metrics.ts";
import { testServer } from "./support/testServer.ts";

const NOW = 1_774_000_000;
const root = join(import.meta.dirname, "../..");

const fullStatus: PublisherStatus = {
  isLeader: true,
  lastRoundAt: NOW - 3,
  fault: new PublisherFault("FEE_CAP_REACHED", "the network asks for more than the cap"),
  chain: { latest: 120, safe: 100, finalized: 90, timestamp: NOW - 5 },
  balance: 2n * 10n ** 18n,
  offeredFee: 30n * 10n ** 9n,
  networkFee: 25n * 10n ** 9n,
  inFlight: 2,
};

function batch(seq: number, state: BatchRecord["state"], finality?: "latest" | "safe"): BatchRecord {
  const [root, cidDigest] = [new Uint8Array(32), new Uint8Array(32)];
  const anchor = { transactionHash: "0x", blockNumber: 1, blockHash: "0x", finality: finality ?? "latest" };
  return {
    ...{ seq, state, firstIndex: seq, count: 1, root, cidDigest, sealedAt: NOW, oldestReceivedAt: NOW },
    ...{ isDeleted: false, ...(finality ? { anchor } : {}) },
  };
}

class World {
  status: PublisherStatus = fullStatus;
  failure: Error | undefined;
  reads = 0;
  batches = [
    batch(5, "anchored", "safe"),
    batch(6, "anchored", "latest"),
    batch(7, "posted"),
    batch(8, "sealed"),
  ];
  readonly database = {
    countStates: async () => {
      this.reads++;
      if (this.failure) throw this.failure;
      const count = (state: string): { count: number; oldestReceivedAt?: number } =>
        state === "received" ? { count: 7, oldestReceivedAt: NOW - 90 } : { count: 0 };
      return Object.fromEntries(STATES.map((state) => [state, count(state)])) as never;
    },
    firstOpen: async () => 5,
    batches: async (from: number, limit: number) =>
      this.batches.filter(({ seq }) => seq >= from).slice(0, limit),
  };
  get publisher(): { status: PublisherStatus } {
    return { status: this.status };
  }
}

let world: World;
let metrics: Metrics;
let server: FastifyInstance;

async function start(token?: string): Promise<void> {
  server = await testServer();
  countRefusals(server, metrics);
  addMetricsRoute(server, { ...parts(), token });
  server.post("/v1/reports", () => {
    throw new HttpProblem(413, "BODY_TOO_LARGE", "too large");
  });
}

function parts(): Omit<Parameters<typeof addMetricsRoute>[1], "token"> {
  return { metrics, database: world.database, clock: { now: () => NOW }, publisher: world };
}

async function scrape(headers: Record<string, string> = {}, remoteAddress = "127.0.0.1"): Promise<string> {
  const { statusCode, body } = await server.inject({ url: "/metrics", headers, remoteAddress });
  return statusCode === 200 ? body : String(statusCode);
}

beforeEach(async () => {
  world = new World();
  metrics = new Metrics("9.9.9");
  await start();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await server.close();
});

describe("/metrics", () => {
  it("shows exactly what docs/metrics.md lists, with its types and labels", async () => {
    metrics.countRpcRequest("eth_call");
    metrics.countRpcError("eth_call", "refused");
    metrics.countStoreFailure("kubo");
    const text = await scrape();
    const shown = [...text.matchAll(/^# HELP (\w+) (.*)\n# TYPE \w+ (\w+)\n(?:\w+\{(.*?)\} )?/gm)].map(
      ([, name, help, type, labels = ""]) => ({
        name,
        type,
        labels: [...labels.matchAll(/(\w+)="/g)].map(([, label]) => label),
        help,
      }),
    );
    const rows = readFileSync(join(root, "docs/metrics.md"), "utf8").matchAll(
      /^\| `(tocsin_\w+)` *\| (\w+) *\| (.*?) *\| (.*?) *\|$/gm,
    );
    const listed = [...rows].map(([, name, type, labels = "", help]) => ({
      name,
      type,
      labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
      help,
    }));
    expect(shown).toEqual(listed);
    expect(shown.map(({ name }) => name)).toEqual(Object.keys(METRICS));
  });

  it("always has all six states, and the fault that holds", async () => {
    const text = await scrape();
    for (const state of STATES) {
      expect(text).toMatch(new RegExp(`^tocsin_reports\\{state="${state}"\\} \\d+$`, "m"));
      expect(text).toMatch(new RegExp(`^tocsin_oldest_report_age_seconds\\{state="${state}"\\} \\d+$`, "m"));
    }
    expect(text).toContain('tocsin_oldest_report_age_seconds{state="received"} 90\n');
    expect(text).toContain('tocsin_fault{code="FEE_CAP_REACHED"} 1\n');
    const { fault: _, ...well } = fullStatus;
    world.status = well;
    expect(await scrape()).toContain('tocsin_fault{code="FEE_CAP_REACHED"} 0\n');
  });

  it("is what tocsin status and top read", async () => {
    await server.inject({
      method: "POST",
      url: "/v1/reports",
      payload: "x",
      headers: { "content-type": "text/plain" },
    });
    expect(readOperation(await scrape())).toEqual({
      version: "9.9.9",
      leader: true,
      lastRoundAt: NOW - 3,
      states: Object.fromEntries(
        STATES.map((state) => [
          state,
          state === "received" ? { count: 7, oldestAge: 90 } : { count: 0, oldestAge: 0 },
        ]),
      ),
      batches: { sealed: 1, stored: 0, posted: 1, anchored: 2, finalized: 5 },
      uploads: { accepted: 0, repeated: 0, dummy: 0, refused: 1 },
      blocks: { latest: 120, safe: 100, finalized: 90 },
      inFlight: 2,
      offeredFeeWei: 30e9,
      networkFeeWei: 25e9,
      balanceWei: 2e18,
      rpcErrors: 0,
      storeFailures: 0,
      faults: ["FEE_CAP_REACHED"],
    });
    expect(readOperation("<html>")).toBeUndefined();
  });

  it("leaves out what is not known, and counts nothing while the database is away", async () => {
    world.status = { isLeader: false, inFlight: 0 };
    world.failure = new DatabaseError("DATABASE_UNAVAILABLE", "connection lost");
    const text = await scrape();
    expect(text).toContain("tocsin_leader 0\n");
    expect(text).not.toMatch(/^tocsin_(reports|batches|block|operator_balance_wei|fee_network_wei)[ {]/m);
    expect(readOperation(text)).toEqual(
      expect.not.objectContaining({ states: expect.anything(), balanceWei: expect.anything() }),
    );
  });

  it("asks the database once in some seconds, however often it is read", async () => {
    vi.spyOn(performance, "now").mockReturnValue(1_000);
    await Promise.all(Array.from({ length: 10 }, () => scrape()));
    await scrape();
    expect(world.reads).toBe(1);
    let now = 0;
    let reads = 0;
    const read = remembered(
      async () => ++reads,
      () => now,
    );
    expect([await read(), await read()]).toEqual([1, 1]);
    now = 5_000;
    expect(await read()).toBe(2);
  });

  it("is for this machine alone, and not through a proxy or a page, where no token is set", async () => {
    expect(await scrape()).toContain("tocsin_info");
    expect(await scrape({}, "::1")).toContain("tocsin_info");
    expect(await scrape({}, "10.0.0.7")).toBe("403");
    for (const header of ["x-forwarded-for", "forwarded", "via", "origin"])
      expect(await scrape({ [header]: "127.0.0.1" })).toBe("403");
  });

  it("is for who knows the token, where one is set", async () => {
    await server.close();
    await start("open sesame");
    expect(await scrape({ authorization: "Bearer open sesame" }, "10.0.0.7")).toContain("tocsin_info");
    expect(await scrape()).toBe("403");
    expect(await scrape({ authorization: "Bearer open" })).toBe("403");
    expect(await scrape({ authorization: "open sesame" })).toBe("403");
  });
});

describe("what is counted", () => {
  it("uploads: what is new, what was there, dummies, and refusals with their code", async () => {
    const entry = (receivedAt: number): NewEntry => ({
      ...{ leaf: new Uint8Array(32), entry: new Uint8Array(1), receivedAt, deadline: receivedAt + 9 },
    });
    const database = countUploads(
      {
        addEntries: async ([first, second, third]) => [
          first!,
          { ...second!, receivedAt: 1 },
          { ...third!, seq: 4 },
        ],
      },
      metrics,
    );
    await database.addEntries([entry(NOW), entry(NOW), entry(NOW)], [new Uint8Array(1), new Uint8Array(1)]);
    await server.inject({ method: "POST", url: "/v1/reports" });
    const text = await scrape();
    expect(text).toContain('tocsin_uploads_total{result="accepted",code=""} 1\n');
    expect(text).toContain('tocsin_uploads_total{result="repeated",code=""} 2\n');
    expect(text).toContain('tocsin_uploads_total{result="dummy",code=""} 2\n');
    expect(text).toContain('tocsin_uploads_total{result="refused",code="BODY_TOO_LARGE"} 1\n');
  });

  it("calls of the RPC, and how they fail", async () => {
    const answers: (() => Promise<unknown>)[] = [
      () => Promise.resolve("0x1"),
      () => Promise.reject(new JsonRpcError("execution reverted")),
      () => Promise.reject(new Error("ECONNREFUSED")),
    ];
    const rpc = countRpc(() => answers.shift()!(), metrics);
    expect(await rpc("eth_call", [])).toBe("0x1");
    await expect(rpc("eth_call", [])).rejects.toThrow("execution reverted");
    await expect(rpc("eth_call", [])).rejects.toThrow("ECONNREFUSED");
    const text = await scrape();
    expect(text).toContain('tocsin_rpc_requests_total{method="eth_call"} 3\n');
    expect(text).toContain('tocsin_rpc_errors_total{method="eth_call",kind="refused"} 1\n');
    expect(text).toContain('tocsin_rpc_errors_total{method="eth_call",kind="unreachable"} 1\n');
  });

  it("failures of a store, which otherwise does what it did", async () => {
    const store = countStore(
      {
        name: "kubo",
        put: () => Promise.reject(new Error("away")),
        get: () => Promise.resolve(new Uint8Array([7])),
        delete: () => Promise.resolve(),
      },
      metrics,
    );
    expect(await scrape()).toContain('tocsin_store_failures_total{store="kubo"} 0\n');
    await expect(store.put(new Uint8Array(32), new Uint8Array(1))).rejects.toThrow("away");
    expect(await store.get(new Uint8Array(32))).toEqual(new Uint8Array([7]));
    await store.delete(new Uint8Array(32));
    expect(await scrape()).toContain('tocsin_store_failures_total{store="kubo"} 1\n');
  });

  it("batches by how far the chain vouches for them, over several pages", async () => {
    world.batches = Array.from({ length: 2_005 }, (_, i) => batch(5 + i, "stored"));
    expect(await readCounts(world.database)).toMatchObject({
      batches: { stored: 2_005, finalized: 5 },
      finality: { latest: 0, safe: 0, finalized: 5 },
    });
  });
});

it("every metric that the alert rules name exists", () => {
  const rules = readFileSync(join(root, "deploy/alerts.yaml"), "utf8");
  const named = new Set(rules.match(/\btocsin_[a-z_]+/g));
  expect(named.size).toBeGreaterThan(3);
  expect([...named].filter((name) => !(name in METRICS))).toEqual([]);
});
