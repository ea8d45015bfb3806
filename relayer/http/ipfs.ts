import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { cidDigestFrom, cidOf } from "@tocsin/protocol/batch/cid.ts";
import type { BlockStore } from "../ports/blockStore.ts";
import { HttpProblem } from "./problem.ts";
import { cidParams } from "./schemas.ts";

const RAW = "application/vnd.ipld.raw";

/** Batch files as raw blocks, as IPFS's trustless gateways serve them. */
export function addIpfsRoute(server: FastifyInstance, store: BlockStore): void {
  server
    .withTypeProvider<ZodTypeProvider>()
    .get(
      "/ipfs/:cid",
      { schema: { summary: "A batch file as one raw block", params: cidParams, produces: [RAW] } },
      async (request, reply) => {
        const cidDigest = cidDigestFrom(request.params.cid);
        const block = await store.get(cidDigest);
        if (!block) throw new HttpProblem(404, "NOT_FOUND", "this block is not stored here");
        const cid = cidOf(cidDigest);
        return reply
          .type(RAW)
          .header("cache-control", "public, max-age=29030400, immutable")
          .header("etag", `"${cid}.raw"`)
          .header("content-disposition", `attachment; filename="${cid}.bin"`)
          .header("x-content-type-options", "nosniff")
          .send(Buffer.from(block));
      },
    );
}
