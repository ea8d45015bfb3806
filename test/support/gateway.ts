import { cidOf } from "@tocsin/protocol/batch/cid.ts";
import { startServer, type TestServer } from "./server.ts";

/** A trustless gateway that serves what a test gives it, rightly or not. */
export interface Gateway extends TestServer {
  /** Serves these bytes under the CID that a cidDigest names. */
  serve(cidDigest: Uint8Array, bytes: Uint8Array): void;
  /** Paths that were asked for, in order. */
  requests: string[];
}

export async function startGateway(): Promise<Gateway> {
  const blocks = new Map<string, Uint8Array>();
  const requests: string[] = [];
  const server = await startServer((request, _, response) => {
    const path = request.url ?? "";
    requests.push(path);
    const bytes = blocks.get(/^\/ipfs\/(\w+)(\?|$)/.exec(path)?.[1] ?? "");
    response.setHeader("content-type", "application/vnd.ipld.raw");
    response.statusCode = bytes ? 200 : 404;
    response.end(bytes);
  });
  return { ...server, requests, serve: (cidDigest, bytes) => void blocks.set(cidOf(cidDigest), bytes) };
}
