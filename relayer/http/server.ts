import cors from "@fastify/cors";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from "fastify";
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { Intake } from "../intake/intake.ts";
import type { Bond } from "../ports/bond.ts";
import type { BlockStore } from "../ports/blockStore.ts";
import type { Database } from "../ports/database.ts";
import type { Registry } from "../ports/registry.ts";
import type { LogHistory } from "../publisher/history.ts";
import type { Proofs } from "../publisher/proofs.ts";
import type { Publisher } from "../publisher/publisher.ts";
import { addHealthRoutes } from "./health.ts";
import { addIpfsRoute } from "./ipfs.ts";
import { addLogRoutes } from "./log.ts";
import { answerProblems, HttpProblem } from "./problem.ts";
import { addReportRoutes } from "./reports.ts";

/** A signed report in base64 within JSON, and room for padding. */
const BODY_LIMIT = 4_096;
const REQUEST_TIMEOUT_MS = 10_000;

export interface ServerParts {
  intake: Intake;
  database: Database;
  registry: Registry;
  history: LogHistory;
  publisher: Publisher;
  proofs: Proofs;
  store: BlockStore;
  /** The contract that holds the relayer's bond, where it has one. */
  bond?: Bond | undefined;
  reportsPerMinute: number;
  logger: FastifyBaseLogger;
}

/** The relayer's HTTP interface. Requests are not logged: neither addresses nor bodies have a place in a log. */
export async function createServer(parts: ServerParts): Promise<FastifyInstance> {
  const server = Fastify({
    loggerInstance: parts.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { ignoreTrailingSlash: true },
  });
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  answerProblems(server);
  server.addContentTypeParser("application/octet-stream", { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );
  server.removeContentTypeParser("text/plain");

  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { "default-src": ["'none'"], "frame-ancestors": ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: "cross-origin" },
  });
  await server.register(cors, { origin: "*", methods: ["GET", "POST"] });
  await server.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, context) =>
      new HttpProblem(429, "RATE_LIMITED", `too many reports from here: try again in ${context.after}`),
  });
  await server.register(swagger, {
    openapi: {
      info: { title: "Tocsin relayer", version: "1", description: "Takes signed reports and anchors them." },
    },
    transform: jsonSchemaTransform,
  });
  addReportRoutes(server, parts);
  addLogRoutes(server, parts);
  addIpfsRoute(server, parts.store);
  addHealthRoutes(server, parts.publisher);
  server.get("/openapi.json", { schema: { hide: true } }, () => server.swagger());
  return server;
}
