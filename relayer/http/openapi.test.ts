import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FastifyInstance } from "fastify";
import { openapiFaults } from "../../test/support/openapi.ts";
import { Metrics } from "../metrics/metrics.ts";
import { COEPI_PATHS } from "./coepi.ts";
import { ANSWER_EXAMPLES } from "./openapiExamples.ts";
import { acceptedSchema, batchListSchema, filterSchema, logSchema, reportSchema } from "./schemas.ts";
import { createServer, type ServerParts } from "./server.ts";

interface Document {
  paths: Record<
    string,
    Record<string, { requestBody?: { content: object }; responses: Record<string, unknown> }>
  >;
}

let server: FastifyInstance;
let document: Document;

beforeAll(async () => {
  // No route is called: what stands behind them need not be there.
  const metrics = new Metrics("test");
  const parts = {
    metrics,
    reportsPerMinute: 60,
    workBits: 0,
    trustedProxies: 0,
    logger: pino({ level: "silent" }),
  };
  server = await createServer(parts as unknown as ServerParts);
  document = (await server.inject({ url: "/openapi.json" })).json();
});
afterAll(async () => {
  await server.close();
});

describe("/openapi.json", () => {
  it("is sound: every reference resolves, every route has a summary, media types, answers and examples", () => {
    expect(openapiFaults(document as never)).toEqual([]);
  });

  it("has every route", () => {
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(routes.toSorted()).toEqual(
      [
        "post /v1/reports",
        "get /v1/reports/{leaf}",
        "get /v1/log",
        "get /v1/batches",
        "get /v1/batches/{seq}/filter",
        "get /ipfs/{cid}",
        "get /healthz",
        "get /readyz",
        "get /metrics",
        ...COEPI_PATHS.flatMap((path) => [`post ${path}`, `get ${path}`]),
      ].toSorted(),
    );
  });

  it("says in which form uploads are taken, and that errors are problem+json", () => {
    const upload = document.paths["/v1/reports"]?.post;
    expect(Object.keys(upload?.requestBody?.content ?? {})).toEqual([
      "application/vnd.tocsin.upload",
      "application/octet-stream",
      "application/json",
    ]);
    const statuses = Object.entries(upload?.responses ?? {}).filter(([status]) => Number(status) >= 400);
    expect(statuses.map(([status]) => status)).toEqual(["400", "401", "413", "415", "428", "429", "503"]);
    for (const [status, response] of statuses)
      expect(response).toMatchObject({
        content: {
          "application/problem+json": {
            schema: { $ref: "#/components/schemas/Problem" },
            example: { status: Number(status), code: expect.stringMatching(/^[A-Z_]+$/) },
          },
        },
      });
  });

  it("has examples that are answers", () => {
    expect(acceptedSchema.strict().parse(ANSWER_EXAMPLES["post /v1/reports 202"])).toBeDefined();
    expect(reportSchema.strict().parse(ANSWER_EXAMPLES["get /v1/reports/{leaf} 200"])).toBeDefined();
    expect(logSchema.strict().parse(ANSWER_EXAMPLES["get /v1/log 200"])).toBeDefined();
    const filter = ANSWER_EXAMPLES["get /v1/batches/{seq}/filter 200"];
    expect(filterSchema.strict().parse(filter)).toBeDefined();
    expect(batchListSchema.strict().parse(ANSWER_EXAMPLES["get /v1/batches 200"])).toBeDefined();
  });

  it("would be found unsound", () => {
    const broken = structuredClone(document) as never as {
      paths: Record<string, { get: Record<string, unknown> }>;
    };
    const log = broken.paths["/v1/log"]!.get;
    delete log.summary;
    log.responses = { 404: { description: "", content: { json: { schema: { $ref: "#/nowhere" } } } } };
    expect(openapiFaults(broken).join("; ")).toMatch(
      /nowhere.*no summary.*not described.*no example.*no success/s,
    );
  });
});
