import type { FastifyInstance, FastifyReply } from "fastify";
import { Fields } from "@tocsin/protocol/bytes/fields.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import type { TimeSpan } from "@tocsin/protocol/report/broadcastKeys.ts";
import { RecorderError, type RecorderCode } from "../errors.ts";

const STATUS: Partial<Record<RecorderCode, number>> = {
  REQUEST_INVALID: 400,
  TOKEN_REFUSED: 401,
  HOST_REFUSED: 403,
  ORIGIN_REFUSED: 403,
  PAIRING_REFUSED: 403,
  REQUEST_UNKNOWN: 404,
  NOTHING_TO_HAND_OUT: 409,
  REQUEST_OPEN: 409,
  RATE_LIMITED: 429,
};

/** Windows of one request: the quarters of an hour of a hundred hours, or the hours of 14 days. */
const MAX_WINDOWS = 400;
/** The last second that four digits of a year can name. */
const LAST_SECOND = 253_402_300_799;

/**
 * Every failing request is answered with {"code", "message"}.
 * @param onFault is told what failed that should not have, and gives the message of the answer
 */
export function answerErrors(server: FastifyInstance, onFault: (error: Error) => string): void {
  server.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if (error.statusCode === 413) {
      // Closing at once would reset the connection under a client that still sends, and it would never read the answer.
      reply.removeHeader("connection");
      request.raw.resume();
    }
    const status = statusOf(error);
    const message = status === 500 ? onFault(error) : error.message;
    return sendError(reply, status, codeOf(error, status), message);
  });
  server.setNotFoundHandler((_request, reply) =>
    sendError(reply, 404, "REQUEST_UNKNOWN", "there is nothing at this path"),
  );
}

function statusOf(error: Error & { statusCode?: number }): number {
  if (error instanceof RecorderError) return STATUS[error.code] ?? 500;
  const { statusCode = 500 } = error;
  return statusCode >= 400 && statusCode < 500 ? 400 : 500;
}

function codeOf(error: Error, status: number): string {
  if (error instanceof RecorderError) return error.code;
  return status === 400 ? "REQUEST_INVALID" : "INTERNAL";
}

function sendError(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ code, message });
}

/** Reads a request's body. @throws REQUEST_INVALID, naming the field */
export function readBody<T>(body: unknown, read: (fields: Fields) => T): T {
  try {
    return read(new Fields(body, "JSON_INVALID", "body"));
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error;
    throw new RecorderError("REQUEST_INVALID", error.message, { cause: error });
  }
}

/** The windows that a body asks for: at least one, none empty. @throws REQUEST_INVALID */
export function readWindows(body: unknown): TimeSpan[] {
  const windows = readBody(body, (fields) =>
    fields.objects("windows").map((window) => {
      const from = window.uint("from", 0, LAST_SECOND);
      return { from, to: window.uint("to", from + 1, LAST_SECOND) };
    }),
  );
  if (windows.length > 0 && windows.length <= MAX_WINDOWS) return windows;
  throw new RecorderError("REQUEST_INVALID", `body.windows must be a list of 1 to ${MAX_WINDOWS}`);
}
