import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { PublisherStatus } from "../publisher/status.ts";
import type { Clock } from "../ports/clock.ts";
import { DatabaseError, type Database } from "../ports/database.ts";

/** A leader that went without a faultless round for this long is stuck, even where no fault says why; seconds. */
const STALE_AFTER = 60;
const STALE_ROUNDS = 5;
/** Bytes that must be left on the disk: a few batches and what the database needs to write them. */
const MIN_FREE_BYTES = 64 * 1024 * 1024;

/** Why a relayer is not ready. The publisher's faults come with codes of their own. */
export interface Reason {
  code: string;
  detail: string;
}

export interface HealthParts {
  database: Pick<Database, "backlog">;
  publisher: { readonly status: PublisherStatus };
  clock: Clock;
  /** Seconds between two rounds of the publisher. */
  pollInterval: number;
  /** Bytes that are left where the data is. */
  freeBytes(): Promise<number>;
  version: string;
}

const reasonSchema = z.object({ code: z.string(), detail: z.string() });
const readySchema = z.object({
  ready: z.boolean(),
  code: z.string().optional().describe("the first reason's code"),
  detail: z.string().optional().describe("the first reason in words"),
  reasons: z
    .array(reasonSchema)
    .describe("why the relayer is not ready; in a ready one, why it does not answer a demand"),
  leader: z.boolean().describe("whether this process seals and posts"),
  lastRoundAt: z.int().optional().describe("when its last round without a fault ended, unix seconds"),
  version: z.string(),
});
const READY = {
  ready: true,
  reasons: [],
  leader: true,
  lastRoundAt: 1_774_000_000,
  version: "0.1.0",
};
const NOT_READY = {
  ...READY,
  ready: false,
  code: "OPERATOR_WITHOUT_FUNDS",
  detail: "the operator's balance does not pay for the next batch",
  reasons: [
    { code: "OPERATOR_WITHOUT_FUNDS", detail: "the operator's balance does not pay for the next batch" },
  ],
};

/** `/healthz`: the process answers. `/readyz`: it also keeps and publishes what it takes in. */
export function addHealthRoutes(server: FastifyInstance, parts: HealthParts): void {
  const app = server.withTypeProvider<ZodTypeProvider>();
  app.get(
    "/healthz",
    {
      schema: {
        tags: ["Operation"],
        summary: "Whether the process answers",
        response: { 200: z.object({ status: z.literal("ok") }).meta({ example: { status: "ok" } }) },
      },
    },
    async (_request, reply) => reply.header("cache-control", "no-store").send({ status: "ok" as const }),
  );
  app.get(
    "/readyz",
    {
      schema: {
        tags: ["Operation"],
        summary: "Whether reports are kept and published",
        response: {
          200: readySchema.describe("it is ready").meta({ example: READY }),
          503: readySchema.describe("it is not, with every reason").meta({ example: NOT_READY }),
        },
      },
    },
    async (_request, reply) => {
      const { isLeader, lastRoundAt, answerFault } = parts.publisher.status;
      const faults = await reasonsAgainst(parts);
      const ready = faults.length === 0;
      // A demand that cannot be answered costs the operator's bond; reports go on as ever.
      const reasons = [...faults, ...(answerFault ? [toReason(answerFault)] : [])];
      return reply
        .code(ready ? 200 : 503)
        .header("cache-control", "no-store")
        .send({
          ready,
          ...reasons[0],
          reasons,
          leader: isLeader,
          ...(lastRoundAt === undefined ? {} : { lastRoundAt }),
          version: parts.version,
        });
    },
  );
}

/** Everything that speaks against a relayer; nothing where it is ready. */
async function reasonsAgainst(parts: Omit<HealthParts, "version">): Promise<Reason[]> {
  const { status } = parts.publisher;
  const found = [
    status.fault && toReason(status.fault),
    await databaseReason(parts.database),
    await diskReason(parts.freeBytes),
    status.isLeader && !status.fault ? staleReason(status, parts) : undefined,
  ].filter((reason) => reason !== undefined);
  // The publisher and the database may say the same of one disk.
  return found.filter(({ code }, index) => found.findIndex((other) => other.code === code) === index);
}

async function databaseReason(database: HealthParts["database"]): Promise<Reason | undefined> {
  try {
    await database.backlog(1);
    return undefined;
  } catch (error) {
    const code = error instanceof DatabaseError ? error.code : "DATABASE_UNAVAILABLE";
    return { code, detail: "the database does not answer" };
  }
}

async function diskReason(freeBytes: HealthParts["freeBytes"]): Promise<Reason | undefined> {
  const free = await freeBytes();
  if (free >= MIN_FREE_BYTES) return undefined;
  return { code: "STORAGE_FULL", detail: `only ${Math.floor(free / 2 ** 20)} MiB are left on the disk` };
}

function staleReason(
  { lastRoundAt }: PublisherStatus,
  { clock, pollInterval }: Pick<HealthParts, "clock" | "pollInterval">,
): Reason | undefined {
  if (lastRoundAt === undefined) {
    return { code: "ROUND_MISSING", detail: "the publisher has not finished its first round" };
  }
  const age = clock.now() - lastRoundAt;
  if (age < Math.max(STALE_AFTER, STALE_ROUNDS * pollInterval)) return undefined;
  return { code: "ROUND_MISSING", detail: `the publisher's last round without a fault was ${age} s ago` };
}

function toReason({ code, message }: { code: string; message: string }): Reason {
  return { code, detail: message };
}
