import { setTimeout as sleep } from "node:timers/promises";
import { AnswerTooLong, fetchOnce } from "./fetchOnce.ts";

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
      const { status, bytes, retryAfterMs } = await fetchOnce(url, request);
      const mayPass = status === 429 || status >= 500;
      if (!mayPass || attempt >= attempts) return { status, text: new TextDecoder().decode(bytes) };
      pause = Math.max(pause, retryAfterMs);
    } catch (error) {
      if (attempt >= attempts || error instanceof AnswerTooLong) throw error;
    }
    await sleep(Math.min(pause, LONGEST_PAUSE_MS));
  }
}
