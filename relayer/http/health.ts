import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Publisher } from "../publisher/publisher.ts";
import { readySchema } from "./schemas.ts";

/** `/healthz`: the process answers. `/readyz`: it also publishes what it takes in. */
export function addHealthRoutes(server: FastifyInstance, publisher: Publisher): void {
  const app = server.withTypeProvider<ZodTypeProvider>();
  app.get(
    "/healthz",
    {
      schema: {
        summary: "Whether the process answers",
        response: { 200: z.object({ status: z.literal("ok") }) },
      },
    },
    () => ({ status: "ok" as const }),
  );
  app.get(
    "/readyz",
    {
      schema: { summary: "Whether reports are published", response: { 200: readySchema, 503: readySchema } },
    },
    async (_request, reply) => {
      const { fault, answerFault } = publisher;
      if (fault) return reply.code(503).send({ ready: false, code: fault.code, detail: fault.message });
      return { ready: true, ...(answerFault ? { code: answerFault.code, detail: answerFault.message } : {}) };
    },
  );
}
