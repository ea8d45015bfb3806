import type { FakeChain } from "@tocsin/protocol/check/support/fakeChain.ts";
import { startServer, type TestServer } from "./server.ts";

/** Serves a chain in memory as JSON-RPC. */
export function serveChain(chain: FakeChain): Promise<TestServer> {
  return startServer(async (_, body, response) => {
    const { id, method, params } = JSON.parse(body.toString()) as {
      id: unknown;
      method: string;
      params: unknown[];
    };
    const answer = await chain.rpc(method, params).then(
      (result) => ({ result }),
      (error: unknown) => ({ error: { code: -32_000, message: (error as Error).message } }),
    );
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
  });
}
