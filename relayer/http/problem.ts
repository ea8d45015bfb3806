import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { UPLOAD_TYPE } from "@tocsin/protocol/upload/upload.ts";
import { WORK_BITS_HEADER } from "@tocsin/protocol/pow/work.ts";
import { IntakeRefusal, type RefusalCode, type Remedy } from "../intake/refusal.ts";
import { DatabaseError } from "../ports/database.ts";
import { FilterError } from "../ports/filterMaker.ts";
import { SignerError } from "../ports/receiptSigner.ts";
import { VerifierError } from "../ports/signatureVerifier.ts";

/** Codes of answers that come from HTTP itself; all others are the protocol's, the intake's or a port's. */
type HttpCode =
  | "BODY_TOO_LARGE"
  | "CONTENT_TYPE_UNSUPPORTED"
  | "INTERNAL_ERROR"
  | "NOT_ACCEPTABLE"
  | "NOT_CACHED"
  | "NOT_FOUND"
  | "OPERATOR_ONLY"
  | "REQUEST_INVALID";

const TITLES: Record<number, string> = {
  400: "Bad request",
  401: "Not accepted",
  403: "Not for you",
  404: "Not found",
  406: "Not acceptable",
  412: "Precondition failed",
  413: "Too large",
  415: "Unsupported content type",
  428: "Proof of work required",
  429: "Too many requests",
  500: "Internal error",
  503: "Not ready",
};

const REFUSAL_STATUS: Record<RefusalCode, number> = {
  RATE_LIMITED: 429,
  WORK_REQUIRED: 428,
  OVERLOADED: 503,
};
/** A disk that is full needs an operator; a database or a thread that is away may be back at once. */
const FULL_PAUSE_S = 60;
const UNAVAILABLE_PAUSE_S = 5;

/** RFC 9457 problem details, with a stable `code` for programs. */
export const problemSchema = z.object({
  type: z.literal("about:blank"),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  workBits: z.int().optional().describe("zero bits of proof of work that the upload must show"),
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
    const { status, code, detail, retryAfter, workBits } = describe(error);
    if (retryAfter !== undefined) reply.header("retry-after", retryAfter);
    if (workBits !== undefined) reply.header(WORK_BITS_HEADER, workBits);
    if (status === 413) {
      // Closing at once would reset the connection under a client that still sends, and it would never read the answer.
      reply.removeHeader("connection");
      request.raw.resume();
    }
    if (status === 500) app.log.error({ error: error.message }, "a request failed");
    return sendProblem(reply, status, code, detail, workBits);
  });
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, 404, "NOT_FOUND", "there is nothing at this path"),
  );
}

interface Description extends Remedy {
  status: number;
  code: string;
  detail: string;
}

function describe(error: FastifyError | Error): Description {
  if (error instanceof HttpProblem)
    return { status: error.statusCode, code: error.code, detail: error.message };
  if (error instanceof TocsinError)
    return { status: statusOf(error), code: error.code, detail: error.message };
  if (error instanceof IntakeRefusal) {
    const { code, message, remedy } = error;
    return { status: REFUSAL_STATUS[code], code, detail: message, ...remedy };
  }
  if (error instanceof DatabaseError) return describeDatabase(error);
  if (error instanceof SignerError) {
    const detail = "the relayer signs no receipts now; what it took in is kept";
    return { status: 503, code: error.code, detail, retryAfter: UNAVAILABLE_PAUSE_S };
  }
  if (error instanceof VerifierError) {
    const detail = "the relayer verifies no reports now; the report can be sent again";
    return { status: 503, code: error.code, detail, retryAfter: UNAVAILABLE_PAUSE_S };
  }
  if (error instanceof FilterError) {
    const detail = "the relayer makes no filters now; ask again, or read the batch whole";
    return { status: 503, code: error.code, detail, retryAfter: UNAVAILABLE_PAUSE_S };
  }
  const status = "statusCode" in error ? (error.statusCode ?? 500) : 500;
  if (status === 413) return { status, code: "BODY_TOO_LARGE", detail: "the request's body is too large" };
  if (status === 415) {
    const detail = `send ${UPLOAD_TYPE}, or a signed report as application/octet-stream, or as application/json with base64`;
    return { status, code: "CONTENT_TYPE_UNSUPPORTED", detail };
  }
  if (status >= 400 && status < 500) return { status: 400, code: "REQUEST_INVALID", detail: error.message };
  return {
    status: 500,
    code: "INTERNAL_ERROR",
    detail: "the relayer failed to answer; the request can be sent again",
  };
}

/** Whatever the database's own words are, they stay in the log. */
function describeDatabase({ code }: DatabaseError): Description {
  if (code === "STORAGE_FULL") {
    return { status: 503, code, detail: "the relayer's disk is full", retryAfter: FULL_PAUSE_S };
  }
  return {
    status: 503,
    code,
    detail: "the relayer's database does not answer",
    retryAfter: UNAVAILABLE_PAUSE_S,
  };
}

function statusOf(error: TocsinError): number {
  if (error.code === "REPORT_SIGNATURE_INVALID") return 401;
  if (error.code === "REPORT_TOO_LARGE") return 413;
  return 400;
}

function sendProblem(
  reply: FastifyReply,
  status: number,
  code: string,
  detail: string,
  workBits?: number,
): FastifyReply {
  const problem = { type: "about:blank", title: TITLES[status] ?? "Error", status, code, detail, workBits };
  return reply.code(status).type("application/problem+json").serializer(JSON.stringify).send(problem);
}
