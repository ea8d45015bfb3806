import { setTimeout as sleep } from "node:timers/promises";

/** An HTTP answer, read whole. */
export interface Answer {
  status: number;
  text: string;
}

export interface Request {
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  /** How often to try where the network fails or the server answers 429 or 5xx. Only for what may be sent twice. */
  attempts?: number;
  /** Bytes of the longest answer that is read. */
  maxLength: number;
}

const TIMEOUT_MS = 20_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/**
 * One HTTP exchange with a timeout, a bound on the answer, and retries with growing pauses.
 * @throws Error that says in words why there is no answer, and never names the URL: it may hold a key
 */
export async function exchange(url: string, request: Request): Promise<Answer> {
  const attempts = request.attempts ?? 4;
  for (let attempt = 1; ; attempt++) {
    let pause = FIRST_PAUSE_MS * 2 ** (attempt - 1);
    try {
      const { answer, retryAfterMs } = await exchangeOnce(url, request);
      const mayPass = answer.status === 429 || answer.status >= 500;
      if (!mayPass || attempt >= attempts) return answer;
      pause = Math.max(pause, retryAfterMs);
    } catch (error) {
      if (attempt >= attempts || error instanceof TooLong) throw reasonOf(error);
    }
    await sleep(Math.min(pause, LONGEST_PAUSE_MS));
  }
}

async function exchangeOnce(
  url: string,
  { method = "GET", headers = {}, body, maxLength }: Request,
): Promise<{ answer: Answer; retryAfterMs: number }> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, { method, headers, signal, ...(body === undefined ? {} : { body }) });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxLength) throw new TooLong(`it answers more than ${maxLength} bytes`);
    chunks.push(chunk);
  }
  const seconds = Number(response.headers.get("retry-after") ?? 0);
  return {
    answer: { status: response.status, text: Buffer.concat(chunks).toString("utf8") },
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : 0,
  };
}

class TooLong extends Error {}

/** The platform's "fetch failed" hides its reason in the cause. */
function reasonOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (error.name === "TimeoutError") return new Error(`no answer within ${TIMEOUT_MS / 1000} s`);
  const cause = error.cause instanceof Error ? (error.cause as NodeJS.ErrnoException) : undefined;
  return new Error(cause?.message || cause?.code || error.message);
}
