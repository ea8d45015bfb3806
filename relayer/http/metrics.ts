import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Clock } from "../ports/clock.ts";
import { DatabaseError, type Database } from "../ports/database.ts";
import { readCounts, remembered } from "../metrics/counts.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { PublisherStatus } from "../publisher/status.ts";
import { COEPI_PATHS } from "./coepi.ts";
import { HttpProblem } from "./problem.ts";
import { problems } from "./schemas.ts";

export interface MetricsParts {
  metrics: Metrics;
  database: Pick<Database, "countStates" | "firstOpen" | "batches">;
  clock: Clock;
  publisher: { readonly status: PublisherStatus };
  /** What a reader must know; without it only this machine may read. */
  token?: string | undefined;
}

const UPLOADS: readonly string[] = ["/v1/reports", ...COEPI_PATHS];

/**
 * `/metrics`, for the operator alone: who could watch the counts go up from one second to the next would see which
 * uploads are reports and which are dummies.
 */
export function addMetricsRoute(server: FastifyInstance, parts: MetricsParts): void {
  const { metrics, database, clock, publisher, token } = parts;
  server.addHook("onClose", () => {
    metrics.close();
  });
  const counts = remembered(() => readCounts(database).catch(undefinedWithout));

  server.withTypeProvider<ZodTypeProvider>().get(
    "/metrics",
    {
      schema: {
        tags: ["Operation"],
        summary: "Metrics for Prometheus",
        description:
          "For the operator alone: with the metrics token as a bearer token or, where none is set, from the relayer's " +
          "own machine and not through a proxy.",
        produces: ["text/plain"],
        response: { 200: z.string().describe("Prometheus' text format"), ...problems(403) },
      },
    },
    async (request, reply) => {
      if (!isOperator(request, token)) {
        const detail = "metrics are for the operator: with its token, or from the relayer's own machine";
        throw new HttpProblem(403, "OPERATOR_ONLY", detail);
      }
      const snapshot = { now: clock.now(), counts: await counts(), publisher: publisher.status };
      const text = await metrics.render(snapshot);
      return reply
        .type(metrics.contentType)
        .header("cache-control", "no-store")
        .serializer((body: string) => body)
        .send(text);
    },
  );
}

/**
 * Counts the uploads that are refused, on whichever path. What was kept is counted where it is kept.
 * @param server before the routes of uploads are added to it
 */
export function countRefusals(server: FastifyInstance, metrics: Pick<Metrics, "countUpload">): void {
  server.addHook("onSend", (request, reply, payload, done) => {
    const isRefusal = reply.statusCode >= 400 && request.method === "POST";
    if (isRefusal && UPLOADS.includes(request.routeOptions.url ?? "")) {
      metrics.countUpload("refused", codeOf(payload));
    }
    done(null, payload);
  });
}

function undefinedWithout(error: unknown): undefined {
  if (!(error instanceof DatabaseError)) throw error;
}

/** The code of a problem that is being sent. */
function codeOf(payload: unknown): string {
  try {
    const { code } = JSON.parse(String(payload)) as { code?: unknown };
    return typeof code === "string" ? code : "";
  } catch {
    return "";
  }
}

/** What a proxy or a page in a browser adds to a request. */
const FOREIGN_HEADERS = ["x-forwarded-for", "forwarded", "via", "origin"];

function isOperator({ headers, socket }: FastifyRequest, token: string | undefined): boolean {
  if (token !== undefined) return equalTexts(headers.authorization ?? "", `Bearer ${token}`);
  const isLocal = /^(::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? "");
  return isLocal && FOREIGN_HEADERS.every((name) => headers[name] === undefined);
}

/** Takes the same time wherever they differ. */
function equalTexts(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash("sha256").update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(left, right);
}
