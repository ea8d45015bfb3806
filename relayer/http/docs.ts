import { promisify } from "node:util";
import { gzip } from "node:zlib";
import Fastify, { type FastifyInstance } from "fastify";

const SCRIPT_PATH = "/docs/scalar.js";

/** Everything that the page would ask others for, or tell them, is off. */
const CONFIGURATION = {
  url: "/openapi.json",
  withDefaultFonts: false,
  telemetry: false,
  showDeveloperTools: "never",
  hideClientButton: true,
  agent: { disabled: true },
  mcp: { disabled: true },
  documentDownloadType: "json",
};

/**
 * What the page may do: run our one script, and ask this relayer. Styles must be allowed inline, since the script puts
 * its style sheet and the styles of single elements into the page as it builds it; images are drawn from data: URLs.
 * Nothing may come from or go to another origin.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'unsafe-inline'",
  "img-src data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Tocsin relayer: its HTTP interface</title>
    <link rel="icon" href="data:," />
  </head>
  <body>
    <script id="api-reference" data-configuration="${JSON.stringify(CONFIGURATION).replaceAll('"', "&quot;")}"></script>
    <script src="${SCRIPT_PATH}"></script>
  </body>
</html>
`;

/** `/docs`: /openapi.json as a page to read and try. All of it is served from here. */
export function addDocs(server: FastifyInstance): void {
  let script: Promise<Buffer> | undefined;

  server.get("/docs", { schema: { hide: true } }, (_request, reply) =>
    reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", CONTENT_SECURITY_POLICY)
      .header("cross-origin-opener-policy", "same-origin")
      .header("referrer-policy", "no-referrer")
      .header("cache-control", "no-cache")
      .send(PAGE),
  );

  server.get(SCRIPT_PATH, { schema: { hide: true } }, async (_request, reply) => {
    script ??= readScript();
    return reply
      .type("text/javascript; charset=utf-8")
      .header("content-encoding", "gzip")
      .header("cache-control", "public, max-age=86400")
      .send(await script);
  });
}

/**
 * Scalar's script, compressed. The package gives it out only through its Fastify plugin; some megabytes of it are loaded
 * only once somebody asks.
 */
async function readScript(): Promise<Buffer> {
  const { default: scalar } = await import("@scalar/fastify-api-reference");
  const source = Fastify();
  try {
    await source.register(scalar, { routePrefix: "/docs", configuration: { url: "/openapi.json" } });
    const { body } = await source.inject("/docs/js/scalar.js");
    return await promisify(gzip)(body);
  } finally {
    await source.close();
  }
}
