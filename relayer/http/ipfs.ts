import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { cidDigestFrom, cidOf } from "@tocsin/protocol/batch/cid.ts";
import { digestFile } from "@tocsin/protocol/batch/digest.ts";
import { equalBytes } from "@tocsin/protocol/bytes/bytes.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import type { BlockStore } from "../ports/blockStore.ts";
import { carOf, isCid, PROBE_CID } from "./car.ts";
import { CAR, carScope, chooseFormat, gatewayQuery, RAW, type GatewayQuery } from "./gatewayFormat.ts";
import { HttpProblem } from "./problem.ts";
import { cidParams, problems } from "./schemas.ts";

/** What is not here may be stored any moment. */
const MISSING_MAX_AGE = 10;

/**
 * Batch files and filter files as IPFS's trustless gateways serve blocks (specs.ipfs.tech/http-gateways/trustless-gateway). What leaves
 * here has been hashed: a damaged file is no block.
 */
export function addIpfsRoute(server: FastifyInstance, store: Pick<BlockStore, "get">): void {
  const typed = server.withTypeProvider<ZodTypeProvider>();
  const schema = {
    summary: "A batch file or a filter file as one raw block, or in a CAR",
    params: cidParams,
    querystring: gatewayQuery,
    response: {
      200: {
        description: "the block's bytes, or a CAR",
        content: { [RAW]: { schema: z.any() }, [CAR]: { schema: z.any() } },
      },
      304: z.undefined().describe("the client has it already"),
      ...problems(400, 404, 406, 412, 500, 503),
    },
  };
  typed.get("/ipfs/:cid", { schema }, async (request, reply) => {
    refuseServiceWorker(request);
    const { cid } = request.params;
    const format = chooseFormat(request.query, request.headers.accept);
    const block = await find(cid, request, reply);
    const scope = format.name === "car" ? carScope(request.query, block.length) : "";
    const etag = `"${scope}${canonical(cid)}.${format.name}"`;
    reply
      .header("etag", etag)
      .header("cache-control", "public, max-age=29030400, immutable")
      .header("x-content-type-options", "nosniff");
    if (request.query.format === undefined) {
      reply.header("vary", "accept").header("content-location", locationOf(cid, request.query, format.name));
    }
    if (matches(request.headers["if-none-match"], etag)) return reply.code(304).send(undefined);
    const extension = format.name === "car" ? "car" : "bin";
    return reply
      .type(format.contentType)
      .header("content-disposition", `attachment; filename="${canonical(cid)}.${extension}"`)
      .header("accept-ranges", "none")
      .send(Buffer.from(format.name === "car" ? carOf(cid, block) : block));
  });
  typed.get("/ipfs/:cid/*", { schema: { ...schema, hide: true, params: cidParams.loose() } }, (request) => {
    refuseServiceWorker(request);
    const { name } = chooseFormat(request.query, request.headers.accept);
    if (name === "raw") throw new HttpProblem(400, "REQUEST_INVALID", "a block is asked for without a path");
    throw new HttpProblem(404, "NOT_FOUND", "a file here is one block, with nothing below it");
  });

  /** @throws HttpProblem 400, 404, 412, 500 */
  async function find(cid: string, request: FastifyRequest, reply: FastifyReply): Promise<Uint8Array> {
    if (cid === PROBE_CID) return new Uint8Array();
    const cidDigest = digestOf(cid);
    const block = cidDigest && (await store.get(cidDigest));
    if (!cidDigest || !block) {
      reply.header("cache-control", `public, max-age=${MISSING_MAX_AGE}`);
      const isOnlyIfCached = /\bonly-if-cached\b/i.test(request.headers["cache-control"] ?? "");
      if (isOnlyIfCached) throw new HttpProblem(412, "NOT_CACHED", "this block is not stored here");
      throw new HttpProblem(404, "NOT_FOUND", "this block is not stored here");
    }
    if (equalBytes(await digestFile(block), cidDigest)) return block;
    server.log.error(
      { cid: cidOf(cidDigest) },
      "a stored block is damaged: `tocsin fsck --repair` restores it",
    );
    throw new HttpProblem(500, "INTERNAL_ERROR", "this block is damaged here; ask another gateway");
  }
}

/** The cidDigest that a CID names; undefined for one of another kind. @throws TocsinError CID_INVALID for no CID */
function digestOf(cid: string): Uint8Array | undefined {
  try {
    return cidDigestFrom(cid);
  } catch (error) {
    if (error instanceof TocsinError && isCid(cid)) return undefined;
    throw error;
  }
}

/** A CID may be written in several bases; caches and files get one name. */
function canonical(cid: string): string {
  return cid === PROBE_CID ? cid : cidOf(cidDigestFrom(cid));
}

/** Where this answer is found without an Accept header. */
function locationOf(cid: string, query: GatewayQuery, format: string): string {
  return `/ipfs/${cid}?${new URLSearchParams({ ...(query as Record<string, string>), format }).toString()}`;
}

/** Section 13.1.2 of RFC 9110: weak comparison. */
function matches(header: string | undefined, etag: string): boolean {
  const tags = (header ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}

/** A script from here must not get hold of the origin's other paths. */
function refuseServiceWorker(request: FastifyRequest): void {
  if (request.headers["service-worker"] === undefined) return;
  throw new HttpProblem(400, "REQUEST_INVALID", "no service worker is served here");
}
