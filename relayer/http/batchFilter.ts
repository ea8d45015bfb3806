import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { z } from "zod";
import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { filterEntry } from "@tocsin/protocol/entry/entry.ts";
import { leafHash } from "@tocsin/protocol/tree/hash.ts";
import type { BlockStore } from "../ports/blockStore.ts";
import type { BatchRecord, Database } from "../ports/database.ts";
import type { Proofs } from "../publisher/proofs.ts";
import { HttpProblem } from "./problem.ts";
import { batchParams, filterSchema, problems } from "./schemas.ts";

type FilterAnswer = z.infer<typeof filterSchema>;

/** Answers that are kept, some hundred bytes each: many more than batches of the last 14 days. */
const KEPT_ANSWERS = 4_096;

/** Where a batch's filter is and what proves it: what a light client asks of every batch. */
export function addFilterRoute(
  server: FastifyInstance,
  parts: {
    database: Pick<Database, "batches">;
    proofs: Pick<Proofs, "pathOf">;
    store: Pick<BlockStore, "get">;
  },
): void {
  const app = server.withTypeProvider<ZodTypeProvider>();
  const { database, proofs, store } = parts;
  /** By root, since a batch that was taken back may have been replaced by another of its number. */
  const known = new Map<string, FilterAnswer>();

  app.get(
    "/v1/batches/:seq/filter",
    {
      schema: {
        summary: "A batch's filter, and the proof that the batch names it",
        params: batchParams,
        response: { 200: filterSchema, ...problems(400, 404, 503) },
      },
    },
    async (request) => {
      const { seq } = request.params;
      const [batch] = await database.batches(seq, 1);
      if (batch?.seq !== seq) throw new HttpProblem(404, "NOT_FOUND", "there is no batch with this number");
      const { filterDigest } = batch;
      if (!filterDigest) throw new HttpProblem(404, "NOT_FOUND", "this batch has no filter: read it whole");
      const answer = batch.isDeleted ? undefined : await answerOf(batch, filterDigest);
      if (!answer) throw new HttpProblem(404, "NOT_FOUND", "this batch's filter is not stored here");
      return answer;
    },
  );

  async function answerOf(batch: BatchRecord, digest: Uint8Array): Promise<FilterAnswer | undefined> {
    const root = toHex(batch.root);
    const made = known.get(root);
    if (made) return made;
    const file = await store.get(digest);
    if (!file) return undefined;
    const { index, path } = await proofs.pathOf(batch, leafHash(filterEntry(digest)));
    const answer = {
      digest: toHex(digest),
      cid: cidOf(digest),
      length: file.length,
      index,
      path: path.map(toHex),
    };
    known.set(root, answer);
    const [oldest] = known.keys();
    if (known.size > KEPT_ANSWERS && oldest !== undefined) known.delete(oldest);
    return answer;
  }
}
