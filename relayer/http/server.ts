import swagger from "@fastify/swagger";
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from "fastify";
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { Intake } from "../intake/intake.ts";
import type { Bond } from "../ports/bond.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { BlockStore } from "../ports/blockStore.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { Registry } from "../ports/registry.ts";
import type { LogHistory } from "../publisher/history.ts";
import type { Proofs } from "../publisher/proofs.ts";
import type { Publisher } from "../publisher/publisher.ts";
import { Admission } from "./admission.ts";
import { addFilterRoute } from "./batchFilter.ts";
import { boundConnections } from "./connections.ts";
import { addCoepiRoutes } from "./coepi.ts";
import { addDocs } from "./docs.ts";
import { addHealthRoutes } from "./health.ts";
import { addHeaders } from "./headers.ts";
import { addIpfsRoute } from "./ipfs.ts";
import { addLogRoutes } from "./log.ts";
import { addMetricsRoute, countRefusals } from "./metrics.ts";
import { addOpenapi } from "./openapi.ts";
import { answerProblems } from "./problem.ts";
import { addReportRoute } from "./reports.ts";
import { addUploadRoute } from "./uploads.ts";

/** A signed report in base64 within JSON, and room for padding. */
const BODY_LIMIT = 4_096;

/** How long a connection may keep the server waiting, milliseconds, and how many there may be. */
export const CONNECTION_LIMITS = {
  /** From a request's first byte to its last header; also from the connection's beginning. */
  headersTimeout: 8_000,
  /** From a request's first byte to its last. */
  requestTimeout: 10_000,
  /** From an answer to the next request. */
  keepAliveTimeout: 10_000,
  /** How often headersTimeout and requestTimeout are looked after. */
  connectionsCheckingInterval: 1_000,
  maxConnections: 8_192,
};

export interface ServerParts {
  intake: Intake;
  database: Database;
  registry: Registry;
  history: LogHistory;
  publisher: Publisher;
  proofs: Proofs;
  store: Pick<BlockStore, "get">;
  clock: Clock;
  metrics: Metrics;
  /** Of who may read the metrics; without one only this machine may. */
  metricsToken?: string | undefined;
  retentionDays: number;
  pollInterval: number;
  /** Bytes that are left where the data is. */
  freeBytes(): Promise<number>;
  version: string;
  /** The contract that holds the relayer's bond, where it has one. */
  bond?: Bond | undefined;
  reportsPerMinute: number;
  /** Zero bits of proof of work that every upload must show, 0 for none. */
  workBits: number;
  /** Reverse proxies in front, whose word on the sender's address is taken. */
  trustedProxies: number;
  logger: FastifyBaseLogger;
}

/** The relayer's HTTP interface. Requests are not logged: neither addresses nor bodies have a place in a log. */
export async function createServer(
  parts: ServerParts,
  limits: typeof CONNECTION_LIMITS = CONNECTION_LIMITS,
): Promise<FastifyInstance> {
  const { headersTimeout, requestTimeout, keepAliveTimeout, connectionsCheckingInterval } = limits;
  const server = Fastify({
    loggerInstance: parts.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    requestTimeout,
    keepAliveTimeout,
    http: { headersTimeout, connectionsCheckingInterval },
    trustProxy: parts.trustedProxies > 0 && ((_address, hop) => hop < parts.trustedProxies),
    routerOptions: { ignoreTrailingSlash: true },
  });
  boundConnections(server.server, limits.maxConnections);
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  answerProblems(server);
  await server.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Tocsin relayer", version: "1", description: "Takes signed reports and anchors them." },
    },
    transform: jsonSchemaTransform,
  });
  countRefusals(server, parts.metrics);
  const admission = new Admission(server, parts);
  addHeaders(server);
  await addUploadRoute(server, { ...parts, admission });
  addReportRoute(server, parts);
  addLogRoutes(server, parts);
  addFilterRoute(server, parts);
  addIpfsRoute(server, parts.store);
  addHealthRoutes(server, parts);
  await addCoepiRoutes(server, { ...parts, admission });
  addMetricsRoute(server, { ...parts, token: parts.metricsToken });
  addDocs(server);
  addOpenapi(server);
  return server;
}
