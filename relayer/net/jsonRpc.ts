import type { Rpc } from "@tocsin/protocol/check/rpc.ts";
import { exchange } from "./exchange.ts";

/** A log of 100,000 batches is some 60 MB of events; providers cut their answers far below that. */
const MAX_ANSWER_LENGTH = 128 * 1024 * 1024;

/** The node answered with an error of its own: to ask again changes nothing. */
export class JsonRpcError extends Error {
  override readonly name = "JsonRpcError";
}

/**
 * A JSON-RPC over HTTP. Every call may be sent twice, a raw transaction too, so each is tried again where the network
 * or the node is busy.
 * @throws (the calls) JsonRpcError, or an Error that says why there is no answer
 */
export function jsonRpc(url: string): Rpc {
  let id = 0;
  return async (method, params) => {
    const { status, text } = await exchange(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params }),
      maxLength: MAX_ANSWER_LENGTH,
    });
    const answer = parse(text);
    const { error } = answer;
    if (error !== undefined && error !== null) throw new JsonRpcError(messageOf(error));
    if (answer.result === undefined) throw new Error(`it answers ${status} and no JSON-RPC result`);
    return answer.result;
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function messageOf(error: unknown): string {
  const message = (error as { message?: unknown }).message;
  return typeof message === "string" ? message.slice(0, 500) : "an error without a message";
}
