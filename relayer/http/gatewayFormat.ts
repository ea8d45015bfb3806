import { z } from "zod";
import { HttpProblem } from "./problem.ts";

export const RAW = "application/vnd.ipld.raw";
export const CAR = "application/vnd.ipld.car";

const ENTITY_BYTES = /^(-?\d{1,15}):(\*|-?\d{1,15})$/;

/** What a request may say in its URL (specs.ipfs.tech/http-gateways/trustless-gateway). */
export const gatewayQuery = z.object({
  format: z.enum(["raw", "car"]).optional().describe("raw: the block alone; car: the block in a CAR"),
  "dag-scope": z.enum(["block", "entity", "all"]).optional().describe("CAR only; a batch is one block"),
  "entity-bytes": z
    .string()
    .regex(ENTITY_BYTES)
    .optional()
    .describe("CAR only, from:to; must begin in the block"),
  "car-version": z.literal("1").optional(),
  "car-order": z.enum(["dfs", "unk"]).optional(),
  "car-dups": z.enum(["y", "n"]).optional(),
});
export type GatewayQuery = z.infer<typeof gatewayQuery>;

/** The form in which a block is answered. */
export interface Format {
  name: "raw" | "car";
  contentType: string;
}

/** A media range of an Accept header. */
interface Range {
  type: string;
  parameters: Map<string, string>;
  quality: number;
}

/**
 * Chooses the form: the URL's `format` wins over the Accept header. A block is the same bytes with or without
 * deserialisation, so "*" + "/*" is answered with them.
 * @throws HttpProblem 400 where the request names no form, 406 where it names none that there is
 */
export function chooseFormat(query: GatewayQuery, accept: string | undefined): Format {
  const ranges = rangesOf(accept ?? "");
  if (query.format === "raw") return { name: "raw", contentType: RAW };
  if (query.format === "car")
    return carFormat(
      query,
      ranges.find(({ type }) => type === CAR),
    );
  if (ranges.length === 0) {
    throw new HttpProblem(400, "REQUEST_INVALID", `say what is wanted: ?format=raw, or Accept: ${RAW}`);
  }
  // Array.sort is stable: of equally wanted forms the first named counts.
  const best = ranges.filter(isAnswerable).sort((a, b) => b.quality - a.quality)[0];
  if (!best) throw new HttpProblem(406, "NOT_ACCEPTABLE", `a block is served as ${RAW} or ${CAR}`);
  return best.type === CAR ? carFormat(query, best) : { name: "raw", contentType: RAW };
}

/** A CAR of one block is in depth-first order and holds no block twice, so it is whichever variant was asked for. */
function carFormat(query: GatewayQuery, range: Range | undefined): Format {
  const dups = query["car-dups"] ?? (range?.parameters.get("dups") === "y" ? "y" : "n");
  return { name: "car", contentType: `${CAR}; version=1; order=dfs; dups=${dups}` };
}

function isAnswerable({ type, parameters, quality }: Range): boolean {
  if (quality === 0) return false;
  if (type !== CAR) return [RAW, "application/*", "*/*"].includes(type);
  const isOneOf = (name: string, ...values: string[]): boolean =>
    [undefined, ...values].includes(parameters.get(name));
  return isOneOf("version", "1") && isOneOf("order", "dfs", "unk", "") && isOneOf("dups", "y", "n");
}

/** Section 12.5.1 of RFC 9110. */
function rangesOf(accept: string): Range[] {
  return accept
    .split(",")
    .map((text) => {
      const [type = "", ...rest] = text.split(";").map((part) => part.trim().toLowerCase());
      const pairs = rest.map((part): [string, string] => {
        const [name = "", value = ""] = part.split("=").map((word) => word.trim());
        return [name, value.replace(/^"(.*)"$/, "$1")];
      });
      const parameters = new Map(pairs);
      const quality = Number(parameters.get("q") ?? 1);
      return { type, parameters, quality: quality >= 0 && quality <= 1 ? quality : 0 };
    })
    .filter(({ type }) => type !== "");
}

/**
 * What of the query shapes a CAR, as the prefix that tells its Etag from others. A block that is fetched in part is
 * fetched whole.
 * @throws HttpProblem 400 where the range begins after the block's end
 */
export function carScope(query: GatewayQuery, length: number): string {
  const range = query["entity-bytes"];
  const from = Number(ENTITY_BYTES.exec(range ?? "")?.[1] ?? 0);
  if (from > 0 && from >= length) {
    throw new HttpProblem(400, "REQUEST_INVALID", `entity-bytes begins after the block's ${length} bytes`);
  }
  const scope = query["dag-scope"] ?? (range === undefined ? undefined : "entity");
  return [scope, range]
    .filter((part) => part !== undefined)
    .map((part) => `${part}.`)
    .join("");
}
