import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { fromHex, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { receiptToJson } from "@tocsin/protocol/receipt/receipt.ts";
import type { Intake } from "../intake/intake.ts";
import type { Proofs } from "../publisher/proofs.ts";
import type { Database } from "../ports/database.ts";
import { batchToJson } from "./log.ts";
import { HttpProblem } from "./problem.ts";
import { leafParams, problems, reportSchema } from "./schemas.ts";

/** Telling how far a report is. */
export function addReportRoute(
  server: FastifyInstance,
  { intake, database, proofs }: { intake: Intake; database: Database; proofs: Proofs },
): void {
  const app = server.withTypeProvider<ZodTypeProvider>();
  app.get(
    "/v1/reports/:leaf",
    {
      schema: {
        summary: "State and proof of a report",
        params: leafParams,
        response: { 200: reportSchema, ...problems(400, 404, 503) },
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
        receipt: receiptToJson(await intake.receiptOf(entry)),
        ...(found.batch ? { batch: batchToJson(found.batch) } : {}),
        ...(anchor ? { transaction: { hash: anchor.transactionHash, blockNumber: anchor.blockNumber } } : {}),
        ...(found.proof ? { proof: found.proof } : {}),
      };
    },
  );
}
