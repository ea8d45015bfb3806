import { startServer, type TestServer } from "./server.ts";

/** One JSON-RPC call that passes the proxy. */
export interface RpcCall {
  method: string;
  params: readonly unknown[];
  /** Asks the node behind the proxy, with these params or others. Rejects with RpcFault. */
  forward(params?: readonly unknown[]): Promise<unknown>;
}

/** Thrown by an interceptor, the caller gets this JSON-RPC error; whatever else is thrown cuts the connection. */
export class RpcFault extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Gives the result of a call, true or not. */
export type Interceptor = (call: RpcCall) => Promise<unknown>;

export interface RpcProxy extends TestServer {
  /** Every call so far, in order. */
  calls: { method: string; params: readonly unknown[] }[];
  /** Replaces the interceptor; without one, everything passes unchanged. */
  intercept(interceptor?: Interceptor): void;
}

interface JsonRpcRequest {
  id: unknown;
  method: string;
  params?: readonly unknown[];
}

/** Starts a JSON-RPC proxy in front of a node, to hide, alter, delay or refuse what passes. */
export async function startRpcProxy(upstream: string, interceptor?: Interceptor): Promise<RpcProxy> {
  const unchanged: Interceptor = (call) => call.forward();
  let current = interceptor ?? unchanged;
  const calls: RpcProxy["calls"] = [];

  const answer = async ({ id, method, params = [] }: JsonRpcRequest): Promise<object> => {
    calls.push({ method, params });
    try {
      const forward = (other = params): Promise<unknown> => forwardTo(upstream, method, other);
      return { jsonrpc: "2.0", id, result: await current({ method, params, forward }) };
    } catch (error) {
      if (!(error instanceof RpcFault)) throw error;
      return { jsonrpc: "2.0", id, error: { code: error.code, message: error.message } };
    }
  };

  const server = await startServer(async (_, body, response) => {
    const asked = JSON.parse(body.toString()) as JsonRpcRequest | JsonRpcRequest[];
    const answered = Array.isArray(asked) ? await Promise.all(asked.map(answer)) : await answer(asked);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answered));
  });
  return { ...server, calls, intercept: (next = unchanged) => void (current = next) };
}

async function forwardTo(upstream: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const response = await fetch(upstream, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const answer = (await response.json()) as { result?: unknown; error?: { code: number; message: string } };
  if (answer.error) throw new RpcFault(answer.error.code, answer.error.message);
  return answer.result;
}
