/** One HTTP request and the bounds within which it must be answered. */
export interface OneRequest {
  method?: "GET" | "POST" | "DELETE";
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer> | FormData;
  /** Bytes of the longest answer that is read. */
  maxLength: number;
  /** Milliseconds until the whole answer must be there. */
  timeoutMs?: number;
}

/** An HTTP answer, read whole. */
export interface BytesAnswer {
  status: number;
  bytes: Uint8Array<ArrayBuffer>;
  /** How long the server asks to wait, milliseconds; 0 where it does not. */
  retryAfterMs: number;
}

/** The server answers at more length than anybody asked for: to ask again changes nothing. */
export class AnswerTooLong extends Error {}

const TIMEOUT_MS = 20_000;

/**
 * One HTTP exchange with a timeout and a bound on the answer, and no second try.
 * @throws AnswerTooLong, or an Error that says in words why there is no answer; neither names the URL: it may hold a key
 */
export async function fetchOnce(url: string, request: OneRequest): Promise<BytesAnswer> {
  const { method = "GET", headers = {}, body, maxLength, timeoutMs = TIMEOUT_MS } = request;
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { method, headers, signal, ...(body === undefined ? {} : { body }) });
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      if (length > maxLength) throw new AnswerTooLong(`it answers more than ${maxLength} bytes`);
      chunks.push(chunk);
    }
    const seconds = Number(response.headers.get("retry-after") ?? 0);
    return {
      status: response.status,
      bytes: Buffer.concat(chunks),
      retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : 0,
    };
  } catch (error) {
    throw error instanceof AnswerTooLong ? error : reasonOf(error, timeoutMs);
  }
}

/** The platform's "fetch failed" hides its reason in the cause; what it says of a URL quotes it. */
function reasonOf(error: unknown, timeoutMs: number): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (error.name === "TimeoutError") return new Error(`no answer within ${timeoutMs / 1000} s`);
  const cause = error.cause instanceof Error ? (error.cause as NodeJS.ErrnoException) : undefined;
  const reason = cause?.message || cause?.code || error.message;
  return new Error(reason.includes("://") ? "its URL cannot be asked" : reason);
}
