import type { Rpc } from "@tocsin/protocol/check/rpc.ts";
import { TocsinError } from "@tocsin/protocol/errors.ts";

const TIMEOUT_MS = 30_000;
const MAX_ANSWER_LENGTH = 64 * 1_048_576;
const ATTEMPTS = 3;
const RETRY_AFTER_MS = 250;

/** The node answered the call with an error of its own: asking again changes nothing. */
export class JsonRpcError extends Error {
  override readonly name = "JsonRpcError";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * An Ethereum JSON-RPC over HTTP. Network errors, 429 and 5xx are tried again; answers are bounded in size and time.
 * @param url http or https
 * @throws (the calls) JsonRpcError for the node's own errors, TocsinError RPC_UNAVAILABLE otherwise
 */
export function jsonRpc(url: string): Rpc {
  let id = 0;
  return async (method, params) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params });
    for (let attempt = 1; ; attempt++) {
      try {
        return await post(url, body);
      } catch (error) {
        if (error instanceof JsonRpcError) throw error;
        if (attempt === ATTEMPTS) {
          const reason = error instanceof Error ? error.message : String(error);
          throw new TocsinError("RPC_UNAVAILABLE", `the RPC did not answer ${method}: ${reason}`, {
            cause: error,
          });
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS * attempt));
      }
    }
  };
}

async function post(url: string, body: string): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await readBounded(response);
  if (response.status === 429 || response.status >= 500) throw new Error(`it answers ${response.status}`);
  const answer = JSON.parse(text) as {
    result?: unknown;
    error?: { code?: unknown; message?: unknown };
  } | null;
  if (answer?.error) throw new JsonRpcError(Number(answer.error.code), String(answer.error.message));
  if (answer?.result === undefined) throw new Error("its answer is no JSON-RPC");
  return answer.result;
}

async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > MAX_ANSWER_LENGTH) throw new Error("its answer is too large");
  }
  return text + decoder.decode();
}
