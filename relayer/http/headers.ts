import type { FastifyInstance } from "fastify";
import { WORK_BITS_HEADER } from "@tocsin/protocol/pow/work.ts";

/**
 * What every answer carries, so that no browser makes more of it than it is: no page, no frame, no script, nothing to
 * guess a type of; and any page may read it. A route whose answer is a page adds what only pages heed.
 */
const HEADERS = {
  "content-security-policy": "default-src 'none';frame-ancestors 'none'",
  "cross-origin-resource-policy": "cross-origin",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "access-control-allow-origin": "*",
  "access-control-expose-headers": `retry-after, ${WORK_BITS_HEADER}`,
};

/** What the browser asks before a page of another origin may send more than a form could. */
const PREFLIGHT = {
  "access-control-allow-methods": "GET, HEAD, POST",
  "access-control-allow-headers": "*",
};

/** Gives every answer its headers, and answers preflights. */
export function addHeaders(server: FastifyInstance): void {
  // Written out: libraries that work them out anew for every request cost an upload more than its parsing.
  server.addHook("onRequest", (_request, reply, done) => {
    reply.headers(HEADERS);
    done();
  });
  server.options("*", { schema: { hide: true } }, (_request, reply) =>
    reply.code(204).headers(PREFLIGHT).send(),
  );
}
