import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { to0x, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { headOf } from "@tocsin/protocol/log/state.ts";
import type { z } from "zod";
import type { Bond } from "../ports/bond.ts";
import type { BatchRecord, Database } from "../ports/database.ts";
import type { Registry } from "../ports/registry.ts";
import type { LogHistory } from "../publisher/history.ts";
import { batchesQuery, batchListSchema, logSchema, problems, type batchSchema } from "./schemas.ts";

/** The relayer's own account of its log. Readers need none of it: the chain tells them. */
export function addLogRoutes(
  server: FastifyInstance,
  parts: { database: Database; registry: Registry; history: LogHistory; bond?: Bond | undefined },
): void {
  const app = server.withTypeProvider<ZodTypeProvider>();
  const { database, registry, history, bond } = parts;

  app.get(
    "/v1/log",
    { schema: { summary: "The log with every sealed batch", response: { 200: logSchema } } },
    async () => {
      const { state } = history;
      return {
        chainId: registry.chainId,
        registry: to0x(registry.address),
        logId: registry.logId,
        operator: to0x(registry.operator),
        ...(bond ? { bond: to0x(bond.address) } : {}),
        size: state.size,
        total: state.total,
        peaks: state.peaks.map(toHex),
        head: to0x(headOf(registry.operator, state)),
        reports: await database.countStates(),
      };
    },
  );

  app.get(
    "/v1/batches",
    {
      schema: {
        summary: "The log's batches in order",
        querystring: batchesQuery,
        response: { 200: batchListSchema, ...problems(400) },
      },
    },
    async (request) => {
      const batches = await database.batches(request.query.from, request.query.limit);
      return { batches: batches.map(batchToJson) };
    },
  );
}

export function batchToJson(batch: BatchRecord): z.infer<typeof batchSchema> {
  const { seq, state, firstIndex, count, root, cidDigest, anchor } = batch;
  return {
    seq,
    state,
    firstIndex,
    count,
    root: toHex(root),
    cidDigest: toHex(cidDigest),
    cid: cidOf(cidDigest),
    ...(anchor ? { transactionHash: anchor.transactionHash, blockNumber: anchor.blockNumber } : {}),
  };
}
