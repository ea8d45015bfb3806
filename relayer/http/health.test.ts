import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DatabaseError } from "../ports/database.ts";
import { PublisherFault } from "../publisher/faults.ts";
import type { PublisherStatus } from "../publisher/status.ts";
import { addHealthRoutes } from "./health.ts";
import { testServer } from "./support/testServer.ts";

const NOW = 1_774_000_000;
const GIB = 2 ** 30;

let world: { status: PublisherStatus; databaseError?: Error; freeBytes: number; pollInterval: number };
let server: FastifyInstance;

beforeEach(() => {
  world = { status: { isLeader: true, lastRoundAt: NOW - 5, inFlight: 0 }, freeBytes: GIB, pollInterval: 5 };
});
afterEach(async () => {
  await server.close();
});

async function readyz(): Promise<{ status: number; json: Record<string, unknown> }> {
  server = await testServer();
  addHealthRoutes(server, {
    database: {
      backlog: async () => {
        if (world.databaseError) throw world.databaseError;
        return { count: 0, bytes: 0 };
      },
    },
    publisher: world,
    clock: { now: () => NOW },
    pollInterval: world.pollInterval,
    freeBytes: async () => world.freeBytes,
    version: "9.9.9",
  });
  const { statusCode: status, body } = await server.inject({ url: "/readyz" });
  return { status, json: JSON.parse(body) as Record<string, unknown> };
}

describe("/healthz", () => {
  it("answers as long as the process does", async () => {
    world.databaseError = new Error("away");
    await readyz();
    expect((await server.inject({ url: "/healthz" })).json()).toEqual({ status: "ok" });
  });
});

describe("/readyz", () => {
  it("is 200 for a leader that publishes, and says which version runs", async () => {
    expect(await readyz()).toEqual({
      status: 200,
      json: { ready: true, reasons: [], leader: true, lastRoundAt: NOW - 5, version: "9.9.9" },
    });
  });

  it("is 200 for a follower whose database answers, though it makes no rounds", async () => {
    world.status = { isLeader: false, inFlight: 0 };
    expect(await readyz()).toMatchObject({ status: 200, json: { ready: true, leader: false } });
    await server.close();
    world.databaseError = new DatabaseError("DATABASE_UNAVAILABLE", "connection to 10.0.0.7 lost");
    const { status, json } = await readyz();
    expect(status).toBe(503);
    expect(json).toMatchObject({ ready: false, code: "DATABASE_UNAVAILABLE" });
    expect(JSON.stringify(json)).not.toContain("10.0.0.7");
  });

  it("names every reason, the first one on top too", async () => {
    world.status.fault = new PublisherFault("OPERATOR_WITHOUT_FUNDS", "send ether to 0x1");
    world.freeBytes = 1_000_000;
    expect(await readyz()).toMatchObject({
      status: 503,
      json: {
        ready: false,
        code: "OPERATOR_WITHOUT_FUNDS",
        detail: "send ether to 0x1",
        reasons: [
          { code: "OPERATOR_WITHOUT_FUNDS", detail: "send ether to 0x1" },
          { code: "STORAGE_FULL", detail: "only 0 MiB are left on the disk" },
        ],
      },
    });
  });

  it("says one reason once, whoever finds it", async () => {
    world.status.fault = new PublisherFault("STORAGE_FULL", "the disk is full");
    world.databaseError = new DatabaseError("STORAGE_FULL", "full");
    world.freeBytes = 0;
    expect((await readyz()).json.reasons).toEqual([{ code: "STORAGE_FULL", detail: "the disk is full" }]);
  });

  it.each([
    [5, 59, 200],
    [5, 60, 503],
    [60, 299, 200],
    [60, 300, 503],
  ])("with rounds every %i s and the last one %i s ago is %i", async (pollInterval, age, status) => {
    world.pollInterval = pollInterval;
    world.status.lastRoundAt = NOW - age;
    const answer = await readyz();
    expect(answer.status).toBe(status);
    if (status === 503) expect(answer.json.code).toBe("ROUND_MISSING");
  });

  it("is 503 until the first round is over", async () => {
    world.status = { isLeader: true, inFlight: 0 };
    expect(await readyz()).toMatchObject({ status: 503, json: { code: "ROUND_MISSING" } });
  });

  it("stays 200 where only a demand is not answered, and says so", async () => {
    world.status.answerFault = new PublisherFault(
      "DEMAND_UNANSWERABLE",
      "demand 0x2 is for an unknown entry",
    );
    expect(await readyz()).toMatchObject({
      status: 200,
      json: { ready: true, code: "DEMAND_UNANSWERABLE", reasons: [{ code: "DEMAND_UNANSWERABLE" }] },
    });
  });
});
