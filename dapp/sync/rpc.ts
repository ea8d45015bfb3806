import { http } from "viem";
import type { Rpc } from "@tocsin/protocol/check/rpc.ts";
import { plainFetch } from "./plainFetch.ts";

const TIMEOUT_MS = 20_000;

/**
 * JSON-RPC over viem's http transport: it retries what may pass (rate limits, server errors, timeouts) twice.
 * Rejects with an Error whose message is short and holds no request.
 */
export function httpRpc(url: string): Rpc {
  const { request } = http(url, {
    retryCount: 2,
    retryDelay: 250,
    timeout: TIMEOUT_MS,
    fetchFn: (input, init) => plainFetch(input, { ...init, cache: "no-store" }),
  })({});
  return async (method, params) => {
    try {
      return await request({ method, params });
    } catch (error) {
      throw new Error(reasonOf(error), { cause: error });
    }
  };
}

/** viem's own message repeats the address and the request; the short one and the server's words are enough. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { shortMessage = error.message, details = "" } = error as Error & {
    shortMessage?: string;
    details?: string;
  };
  return details === "" || shortMessage.includes(details) ? shortMessage : `${shortMessage} ${details}`;
}
