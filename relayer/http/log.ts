import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { to0x, toHex } from "@tocsin/protocol/bytes/hex.ts";
import { headOf } from "@tocsin/protocol/log/state.ts";
import type { z } from "zod";
import type { Bond } from "../ports/bond.ts";
import { readCounts, remembered, type Counts } from "../metrics/counts.ts";
import type { Anchor, BatchRecord, Database } from "../ports/database.ts";
import type { Registry } from "../ports/registry.ts";
import type { LogHistory } from "../publisher/history.ts";
import type { PublisherStatus } from "../publisher/status.ts";
import { batchesQuery, batchListSchema, logSchema, problems, type batchSchema } from "./schemas.ts";

type PublicCounts = z.infer<typeof logSchema>["reports"];

/** The relayer's own account of its log. Readers need none of it: the chain tells them. */
export function addLogRoutes(
  server: FastifyInstance,
  parts: {
    database: Pick<Database, "batches" | "countStates" | "firstOpen">;
    registry: Pick<Registry, "chainId" | "address" | "logId" | "operator">;
    history: Pick<LogHistory, "state">;
    publisher: { readonly status: PublisherStatus };
    bond?: Pick<Bond, "address"> | undefined;
    workBits: number;
  },
): void {
  const app = server.withTypeProvider<ZodTypeProvider>();
  const { database, registry, history, publisher, bond, workBits } = parts;
  const counts = remembered(() => readCounts(database));

  app.get(
    "/v1/log",
    { schema: { summary: "The log with every sealed batch", response: { 200: logSchema } } },
    async () => {
      const { state } = history;
      const { reports, finality } = await counts();
      const { chain } = publisher.status;
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
        reports: publicCounts(reports),
        finality,
        ...(chain ? { blocks: { latest: chain.latest, safe: chain.safe, finalized: chain.finalized } } : {}),
        workBits,
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

function publicCounts({ sealed, stored, posted, anchored, finalized }: Counts["reports"]): PublicCounts {
  return {
    sealed: sealed.count,
    stored: stored.count,
    posted: posted.count,
    anchored: anchored.count,
    finalized: finalized.count,
  };
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
    ...(anchor ? placeOf(anchor) : {}),
  };
}

function placeOf({ transactionHash, blockNumber, finality }: Anchor): Omit<Anchor, "blockHash"> {
  return { transactionHash, blockNumber, finality };
}
