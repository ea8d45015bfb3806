import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { TocsinError } from "@tocsin/protocol/errors.ts";

/** Codes of answers that come from HTTP itself; all others are the protocol's. */
type HttpCode =
  | "BODY_TOO_LARGE"
  | "CONTENT_TYPE_UNSUPPORTED"
  | "INTERNAL_ERROR"
  | "NOT_FOUND"
  | "RATE_LIMITED"
  | "REQUEST_INVALID";

const TITLES: Record<number, string> = {
  400: "Bad request",
  401: "Signature not valid",
  404: "Not found",
  413: "Too large",
  415: "Unsupported content type",
  429: "Too many requests",
  500: "Internal error",
  503: "Not ready",
};

/** RFC 9457 problem details, with a stable `code` for programs. */
export const problemSchema = z.object({
  type: z.literal("about:blank"),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
});

/** An error that becomes exactly this answer. */
export class HttpProblem extends Error {
  readonly statusCode: number;
  readonly code: HttpCode;

  constructor(statusCode: number, code: HttpCode, detail: string) {
    super(detail);
    this.statusCode = statusCode;
    this.code = code;
  }
}

/** Every failing request is answered with problem+json. Nothing of a request is ever logged. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | Error, request, reply) => {
    const { status, code, detail } = describe(error);
    if (status === 413) {
      // Closing at once would reset the connection under a client that still sends, and it would never read the answer.
      reply.removeHeader("connection");
      request.raw.resume();
    }
    if (status === 500) app.log.error({ error: error.message }, "a request failed");
    return sendProblem(reply, status, code, detail);
  });
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, 404, "NOT_FOUND", "there is nothing at this path"),
  );
}

function describe(error: FastifyError | Error): { status: number; code: string; detail: string } {
  if (error instanceof HttpProblem)
    return { status: error.statusCode, code: error.code, detail: error.message };
  if (error instanceof TocsinError)
    return { status: statusOf(error), code: error.code, detail: error.message };
  const status = "statusCode" in error ? (error.statusCode ?? 500) : 500;
  if (status === 413) return { status, code: "BODY_TOO_LARGE", detail: "the request's body is too large" };
  if (status === 415) {
    const detail = "send a signed report as application/octet-stream, or as application/json with base64";
    return { status, code: "CONTENT_TYPE_UNSUPPORTED", detail };
  }
  if (status >= 400 && status < 500) return { status: 400, code: "REQUEST_INVALID", detail: error.message };
  return {
    status: 500,
    code: "INTERNAL_ERROR",
    detail: "the relayer failed to answer; the request can be sent again",
  };
}

function statusOf(error: TocsinError): number {
  if (error.code === "REPORT_SIGNATURE_INVALID") return 401;
  if (error.code === "REPORT_TOO_LARGE") return 413;
  return 400;
}

function sendProblem(reply: FastifyReply, status: number, code: string, detail: string): FastifyReply {
  const problem = { type: "about:blank", title: TITLES[status] ?? "Error", status, code, detail };
  return reply.code(status).type("application/problem+json").serializer(JSON.stringify).send(problem);
}
