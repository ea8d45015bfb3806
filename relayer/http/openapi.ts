import type { FastifyInstance } from "fastify";
import { UPLOAD_LENGTH, UPLOAD_TYPE } from "@tocsin/protocol/upload/upload.ts";
import { COEPI_EXAMPLE, COEPI_PATHS } from "./coepi.ts";
import { ANSWER_EXAMPLES, PROBLEM_EXAMPLES } from "./openapiExamples.ts";

type Json = Record<string, unknown>;
interface Operation extends Json {
  summary?: string;
  tags?: string[];
  responses: Record<string, { description: string; content?: Record<string, Json> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
}

const PROBLEM_TYPE = "application/problem+json";
const PROBLEM = "#/components/schemas/Problem";

/** What routes take that read their bodies themselves. */
const BODIES: Record<string, Json> = {
  "/v1/reports": {
    required: true,
    content: {
      [UPLOAD_TYPE]: {
        schema: {
          type: "string",
          format: "binary",
          minLength: UPLOAD_LENGTH,
          maxLength: UPLOAD_LENGTH,
          description: "u16 length, little-endian, the signed report, random padding; length 0 is a dummy",
        },
      },
      "application/octet-stream": {
        schema: { type: "string", format: "binary", description: "a signed report of 134 to 389 bytes" },
      },
      "application/json": {
        schema: {
          type: "object",
          properties: { report: { type: "string", description: "a signed report in base64" } },
          required: ["report"],
        },
        example: { report: COEPI_EXAMPLE },
      },
    },
  },
  ...Object.fromEntries(
    COEPI_PATHS.map((path) => {
      const content = {
        schema: { type: "string", description: "a signed report in standard padded base64, without quotes" },
        example: COEPI_EXAMPLE,
      };
      return [path, { required: true, content: { "application/json": content, "text/plain": content } }];
    }),
  ),
};

/** `/openapi.json`: every route with what it takes and all that it answers. */
export function addOpenapi(server: FastifyInstance): void {
  let text: string | undefined;
  server.get("/openapi.json", { schema: { hide: true } }, (_request, reply) => {
    text ??= JSON.stringify(describeRoutes(server.swagger() as unknown as Document));
    return reply.type("application/json; charset=utf-8").header("cache-control", "no-cache").send(text);
  });
}

/** What the routes' own schemas cannot say: bodies that are read raw, examples, and how errors look. */
function describeRoutes(source: Document): Json {
  const document = withoutSafeBounds(source) as Document;
  let problem: unknown;
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      operation.operationId = operationIdOf(method, path);
      operation.tags ??= ["Reports and log"];
      if (method === "post" && BODIES[path]) operation.requestBody = BODIES[path];
      for (const [status, response] of Object.entries(operation.responses)) {
        const schema = Object.values(response.content ?? {})[0]?.schema;
        if (isProblem(schema)) {
          problem = schema;
          operation.responses[status] = problemResponse(Number(status));
        } else addExample(response, `${method} ${path} ${status}`);
      }
    }
  }
  return { ...document, components: { schemas: { Problem: problem } } };
}

function problemResponse(status: number): Operation["responses"][string] {
  const example = PROBLEM_EXAMPLES[status] ?? { title: "Error", code: "INTERNAL_ERROR", detail: "" };
  return {
    description: example.title,
    content: {
      [PROBLEM_TYPE]: { schema: { $ref: PROBLEM }, example: { type: "about:blank", status, ...example } },
    },
  };
}

function addExample(response: Operation["responses"][string], place: string): void {
  const example = ANSWER_EXAMPLES[place];
  for (const content of Object.values(response.content ?? {})) {
    const { schema } = content as { schema?: Json };
    // An example of the whole answer stands beside its schema, where every reader of the document looks for it.
    if (example !== undefined) content.example = example;
    else if (schema?.example !== undefined) content.example = schema.example;
    if (response.description === "Default Response" && typeof schema?.description === "string") {
      response.description = schema.description;
    }
  }
  if (response.description === "Default Response") response.description = "done";
}

/** `GET /v1/reports/{leaf}` is getV1ReportsLeaf. */
function operationIdOf(method: string, path: string): string {
  const words = path.split(/[^a-zA-Z0-9]+/).filter((word) => word !== "");
  return method + words.map((word) => (word[0] ?? "").toUpperCase() + word.slice(1)).join("");
}

function isProblem(schema: unknown): boolean {
  const properties = (schema as { properties?: Json } | undefined)?.properties ?? {};
  return ["type", "title", "status", "code", "detail"].every((name) => name in properties);
}

/** A copy without the bounds that JavaScript's own integers have: they say nothing of the relayer. */
function withoutSafeBounds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSafeBounds);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => Math.abs(Number(inner)) !== Number.MAX_SAFE_INTEGER)
      .map(([key, inner]) => [key, withoutSafeBounds(inner)]),
  );
}
