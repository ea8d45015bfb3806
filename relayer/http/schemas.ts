import { z } from "zod";
import { STATES, type BatchState, type Finality } from "../ports/database.ts";
import { problemSchema } from "./problem.ts";

const BATCH_STATES = STATES.filter((state): state is BatchState => state !== "received");
const FINALITIES = ["latest", "safe", "finalized"] as const satisfies readonly Finality[];

const hex = (bytes: number, example: string): z.ZodString =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-fA-F]{${2 * bytes}}$`))
    .describe(`${bytes} bytes of hex`)
    .meta({ example });
const SHA256 = "10b09cfd5f513f4d357d2514e98addd72608253cc5989522dbd3388fa8aa30a0";

export const leafParams = z.object({ leaf: hex(32, SHA256) });
export const batchParams = z.object({
  seq: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).meta({ example: 3 }),
});
export const cidParams = z.object({ cid: z.string().max(128) });
export const batchesQuery = z.object({
  from: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
export const reportBody = z.object({ report: z.string().describe("a signed report in base64") });

const receipt = z
  .object({
    chainId: z.int(),
    registry: z.string(),
    logId: z.int(),
    leaf: z.string(),
    deadline: z.int().describe("unix seconds"),
    signature: z.string(),
  })
  .describe("the relayer's EIP-712 promise to anchor the entry by the deadline");

export const acceptedSchema = z.object({ leaf: hex(32, SHA256), state: z.enum(STATES), receipt });

const batchState = z.enum(BATCH_STATES);
const finality = z
  .enum(FINALITIES)
  .describe("latest may still be reorganised, safe hardly, finalized no more");

export const batchSchema = z.object({
  seq: z.int(),
  state: batchState,
  firstIndex: z.int(),
  count: z.int(),
  root: hex(32, SHA256),
  cidDigest: hex(32, SHA256),
  cid: z.string(),
  transactionHash: z.string().optional(),
  blockNumber: z.int().optional(),
  finality: finality.optional(),
});

export const reportSchema = acceptedSchema.extend({
  batch: batchSchema.optional(),
  transaction: z.object({ hash: z.string(), blockNumber: z.int() }).optional(),
  proof: z.unknown().optional().describe("the proof file, once the batch is anchored"),
});

export const batchListSchema = z.object({ batches: z.array(batchSchema) });

export const filterSchema = z.object({
  digest: hex(32, SHA256).describe("SHA-256 of the filter file, which the filter's entry names"),
  cid: z.string().describe("where the file is: a raw block, as under /ipfs"),
  length: z.int().describe("bytes of the file"),
  index: z.int().describe("the entry's place in the batch"),
  path: z.array(hex(32, SHA256)).describe("the entry's inclusion path, from the bottom up"),
});

export const logSchema = z.object({
  chainId: z.int(),
  registry: z.string(),
  logId: z.int(),
  operator: z.string(),
  bond: z.string().optional().describe("the contract that holds the operator's bond for this log"),
  size: z.int(),
  total: z.int(),
  peaks: z.array(z.string()),
  head: z.string(),
  reports: z
    .record(batchState, z.int())
    .describe(
      "how many reports stand in each state from sealed on; those that wait are not counted in public: the count would " +
        "tell uploads of reports from dummies",
    ),
  finality: z
    .record(finality, z.int())
    .describe("how many batches the chain holds, by how far it vouches for them"),
  blocks: z
    .object({ latest: z.int(), safe: z.int(), finalized: z.int() })
    .optional()
    .describe("the chain's blocks as the relayer last saw them, by number"),
  workBits: z.int().describe("zero bits of proof of work that an upload must show, 0 for none"),
});

/** Schemas of the failing answers of a route. */
export function problems<S extends number>(...statuses: S[]): Record<S, typeof problemSchema> {
  return Object.fromEntries(statuses.map((status) => [status, problemSchema])) as Record<
    S,
    typeof problemSchema
  >;
}
