import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { fromBase64 } from "@tocsin/protocol/bytes/base64.ts";
import type { Intake } from "../intake/intake.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { Admission } from "./admission.ts";
import { CoepiFeed, INTERVAL_LENGTH } from "./coepiFeed.ts";
import { HttpProblem } from "./problem.ts";
import { problems } from "./schemas.ts";

/** Where CoEpi's v0.4.0 clients look, one path for each of the ways in which they were built. */
export const COEPI_PATHS = ["/v4/tcnreport/0.4.0", "/tcnreport/0.4.0", "/tcnreport/v0.4.0"] as const;

/** The first interval that a CoEpi server answers for: it starts at 2019-11-01T00:00Z. */
const FIRST_INTERVAL = 72_804;
const SECONDS_PER_DAY = 86_400;
/** A signed report, as CoEpi's own tests have it. */
export const COEPI_EXAMPLE =
  "rOFMgzy3y36MJns34Xj7EZu5Dti9XMhYGRpa/DVznep6q4hMtMYm9sYMg9+sRSHAj0Ff2rHTPXskuzJH0+pZMQEAAgAAFAEAnazaXgAAAAD////" +
  "//////wMAMFLrKLNOvwUJQSNta9rlzTyjFdpfq25Kv34c6y+ZOoSzRewzNAWsd56Yzm8LUw9cpHB8yyzDUMJ9YTKhD8dADA==";

export interface CoepiParts {
  database: Pick<Database, "batchesSealed" | "entriesOf">;
  clock: Clock;
  retentionDays: number;
  intake: Pick<Intake, "accept">;
  admission: Pick<Admission, "check">;
}

/** The API of CoEpi's v0.4.0 servers, so that its old clients report and are warned here. (wire facts) */
export async function addCoepiRoutes(server: FastifyInstance, parts: CoepiParts): Promise<void> {
  const feed = new CoepiFeed(parts.database, parts.clock);
  await server.register((scope, _options, done) => {
    // Old clients send bare base64 and call it JSON. Whatever they call it: nobody takes it for JSON here.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    for (const path of COEPI_PATHS) {
      addUpload(scope, path, parts);
      addListing(scope, path, parts, feed);
    }
    done();
  });
}

function addUpload(scope: FastifyInstance, path: string, { intake, admission }: CoepiParts): void {
  scope.withTypeProvider<ZodTypeProvider>().post(
    path,
    {
      preHandler: admission.check,
      schema: {
        tags: ["CoEpi v0.4.0"],
        summary: "Submit a signed report, as CoEpi's old clients do",
        description:
          "The body is a signed report in standard padded base64, bare: without quotes, under either media type. The " +
          "same report sent again is answered alike. There is no receipt: new clients use /v1/reports.",
        consumes: ["application/json", "text/plain"],
        response: { 200: z.null().describe("the report is kept"), ...problems(400, 401, 413, 428, 429, 503) },
      },
    },
    async (request, reply) => {
      const body = request.body instanceof Uint8Array ? Buffer.from(request.body).toString("latin1") : "";
      await intake.accept(fromBase64(body, "the report"));
      return sendNothing(reply, 200);
    },
  );
}

const number = z.string().regex(/^\d{1,15}$/, "must be a whole number");
const query = z.object({
  intervalNumber: number
    .optional()
    .describe("unix seconds divided by 21600, rounded down; without it the interval that runs now")
    .meta({ example: "82000" }),
  intervalLength: number
    .optional()
    .describe("21600, and needed with intervalNumber")
    .meta({ example: "21600" }),
});

function addListing(
  scope: FastifyInstance,
  path: string,
  { clock, retentionDays }: CoepiParts,
  feed: CoepiFeed,
): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    path,
    {
      schema: {
        tags: ["CoEpi v0.4.0"],
        summary: "The reports that were released in one interval, for CoEpi's old clients",
        description:
          "Each report is in exactly one interval: the one in which its batch was released. Reports whose memo would " +
          "crash an old client are only in the batches.",
        querystring: query,
        response: {
          200: z
            .array(z.string())
            .describe("signed reports in standard padded base64")
            .meta({ example: [COEPI_EXAMPLE] }),
          304: z.null().describe("the listing is the one that the client has"),
          ...problems(400, 401, 503),
        },
      },
    },
    async (request, reply) => {
      const interval = intervalOf(request.query, feed);
      const { isComplete, digest, json } = await feed.list(interval);
      reply.type("application/json; charset=utf-8").header("etag", `"${digest}"`);
      reply.header("cache-control", isComplete ? `public, max-age=${freshFor(interval)}` : "no-cache");
      if (isKnown(request, digest)) return sendNothing(reply, 304);
      return sendStream(reply, json);
    },
  );

  /** Seconds for which nothing of a complete interval is deleted, a day at most. */
  function freshFor(interval: number): number {
    const deletedFrom = interval * INTERVAL_LENGTH + retentionDays * SECONDS_PER_DAY;
    return Math.max(0, Math.min(SECONDS_PER_DAY, deletedFrom - clock.now() - 10));
  }
}

function sendNothing(reply: FastifyReply, status: number): FastifyReply {
  return reply.code(status).send();
}

function sendStream(reply: FastifyReply, chunks: AsyncIterable<string>): FastifyReply {
  return reply.send(Readable.from(chunks, { objectMode: false }));
}

/** @throws HttpProblem with the statuses of CoEpi's own servers */
function intervalOf({ intervalNumber, intervalLength }: z.infer<typeof query>, feed: CoepiFeed): number {
  if (intervalLength !== undefined && Number(intervalLength) !== INTERVAL_LENGTH) {
    const status = Number(intervalLength) === 0 ? 400 : 401;
    throw new HttpProblem(status, "REQUEST_INVALID", `intervalLength must be ${INTERVAL_LENGTH}`);
  }
  if (intervalNumber === undefined) return feed.current;
  if (intervalLength === undefined) {
    throw new HttpProblem(400, "REQUEST_INVALID", "intervalNumber needs intervalLength beside it");
  }
  if (Number(intervalNumber) < FIRST_INTERVAL) {
    const detail = `intervalNumber must be at least ${FIRST_INTERVAL}, which starts at 2019-11-01T00:00Z`;
    throw new HttpProblem(400, "REQUEST_INVALID", detail);
  }
  return Number(intervalNumber);
}

function isKnown(request: FastifyRequest, digest: string): boolean {
  const asked = request.headers["if-none-match"] ?? "";
  return asked.split(",").some((tag) => [`"${digest}"`, `W/"${digest}"`, "*"].includes(tag.trim()));
}
