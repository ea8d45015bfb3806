import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { fromBase64 } from "@tocsin/protocol/bytes/base64.ts";
import { fromHex, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { receiptToJson } from "@tocsin/protocol/receipt/receipt.ts";
import type { Intake } from "../intake/intake.ts";
import type { Proofs } from "../publisher/proofs.ts";
import type { Database } from "../ports/database.ts";
import { batchToJson } from "./log.ts";
import { HttpProblem } from "./problem.ts";
import { acceptedSchema, leafParams, problems, reportBody, reportSchema } from "./schemas.ts";

/** Taking reports in and telling how far they are. */
export function addReportRoutes(
  server: FastifyInstance,
  parts: { intake: Intake; database: Database; proofs: Proofs; reportsPerMinute: number },
): void {
  const app = server.withTypeProvider<ZodTypeProvider>();
  const { intake, database, proofs, reportsPerMinute } = parts;

  app.post(
    "/v1/reports",
    {
      config: { rateLimit: { max: reportsPerMinute, timeWindow: 60_000 } },
      schema: {
        summary: "Submit a signed report",
        description:
          "The body is a signed report as application/octet-stream, or application/json with it in base64. The same " +
          "report sent again gets the same receipt.",
        consumes: ["application/octet-stream", "application/json"],
        response: { 202: acceptedSchema, ...problems(400, 401, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const entry = await intake.accept(reportOf(request.body));
      const state = await proofs.stateOf(entry);
      const receipt = receiptToJson(intake.receiptOf(entry));
      return reply.code(202).send({ leaf: toHex(entry.leaf), state, receipt });
    },
  );

  app.get(
    "/v1/reports/:leaf",
    {
      schema: {
        summary: "State and proof of a report",
        params: leafParams,
        response: { 200: reportSchema, ...problems(400, 404) },
      },
    },
    async (request) => {
      const entry = await database.findEntry(fromHex(request.params.leaf, "leaf", 32));
      if (!entry) throw new HttpProblem(404, "NOT_FOUND", "no report with this leaf was received here");
      const found = await proofs.find(entry);
      const anchor = found.batch?.anchor;
      return {
        leaf: toHex(entry.leaf),
        state: found.batch?.state ?? ("received" as const),
        receipt: receiptToJson(intake.receiptOf(entry)),
        ...(found.batch ? { batch: batchToJson(found.batch) } : {}),
        ...(anchor ? { transaction: { hash: anchor.transactionHash, blockNumber: anchor.blockNumber } } : {}),
        ...(found.proof ? { proof: found.proof } : {}),
      };
    },
  );
}

function reportOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  const parsed = reportBody.safeParse(body);
  if (!parsed.success) throw new HttpProblem(400, "REQUEST_INVALID", 'the JSON must be {"report": base64}');
  return fromBase64(parsed.data.report, "report");
}
