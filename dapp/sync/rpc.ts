import type { Rpc } from "@tocsin/protocol/check/rpc.ts";
import { plainFetch } from "./plainFetch.ts";
import { readJson } from "./readJson.ts";

const TIMEOUT_MS = 20_000;
/** Before the second and the third try. */
const PAUSES_MS = [250, 500];
/** No range of events that a node answers at once is larger. */
const MAX_BYTES = 2 ** 26;
const MAX_MESSAGE_LENGTH = 300;

/** What went wrong may pass by itself. */
class Passing extends Error {}

/**
 * JSON-RPC over fetch, which tries twice more what may pass: rate limits, faults of the server, of the connection, and
 * answers that take too long. Rejects with an Error whose message is short and holds no request.
 */
export function httpRpc(url: string): Rpc {
  return async (method, params) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    for (let tries = 0; ; tries++) {
      try {
        return await ask(url, body);
      } catch (error) {
        const pause = PAUSES_MS[tries];
        if (pause === undefined || !(error instanceof Passing)) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  };
}

async function ask(url: string, body: string): Promise<unknown> {
  const { status, answer } = await exchange(url, body);
  const isRefused = status < 200 || status > 299;
  const refusal = messageOf(answer.error) ?? (isRefused ? `HTTP status ${status}` : undefined);
  if (refusal !== undefined) {
    const mayPass = status === 429 || status >= 500;
    throw mayPass ? new Passing(refusal) : new Error(refusal);
  }
  if (answer.result === undefined) throw new Error("it answers with something that is no JSON-RPC");
  return answer.result;
}

interface Answer {
  result?: unknown;
  error?: unknown;
}

async function exchange(url: string, body: string): Promise<{ status: number; answer: Answer }> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const headers = { "content-type": "application/json" };
  let response: Response | undefined;
  try {
    response = await plainFetch(url, { method: "POST", headers, body, cache: "no-store", signal });
    const answer = await readJson(response, MAX_BYTES);
    return { status: response.status, answer: typeof answer === "object" && answer !== null ? answer : {} };
  } catch (error) {
    if (signal.aborted) throw new Passing(`it did not answer within ${TIMEOUT_MS / 1_000} seconds`);
    // fetch and its streams reject with a TypeError where the connection fails.
    if (error instanceof TypeError) throw new Passing("it cannot be reached");
    // A server that refuses may say so in HTML.
    if (response && !response.ok) return { status: response.status, answer: {} };
    throw error;
  }
}

/** The server's own words. */
function messageOf(error: unknown): string | undefined {
  if (error === undefined || error === null) return undefined;
  const { message } = error as { message?: unknown };
  return typeof message === "string"
    ? message.slice(0, MAX_MESSAGE_LENGTH)
    : "it refuses and gives no reason";
}
