import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTP server on a free port of this machine. */
export interface TestServer {
  /** Without a slash at its end. */
  url: string;
  stop(): Promise<void>;
}

/** Starts a server that answers with what `handle` writes; where that fails, it drops the connection. */
export async function startServer(
  handle: (request: IncomingMessage, body: Buffer, response: ServerResponse) => Promise<void> | void,
): Promise<TestServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    // Pages ask from another origin, as they would ask a public RPC or gateway.
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "*");
    if (request.method === "OPTIONS") {
      response.writeHead(204).end();
      return;
    }
    request.on("end", () => {
      Promise.resolve()
        .then(() => handle(request, Buffer.concat(chunks), response))
        .catch(() => request.socket.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Below the ports that a system gives to whoever asks for any: nobody else comes by one of these by accident. */
const [FIRST_PORT, PORTS] = [10_000, 20_000];
let asked = 0;

/** A port that nobody uses, for programs that must be told one. Each process begins to look at another. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + ((process.pid + 1_009 * asked++) % PORTS);
    const server = createServer();
    const isFree = await once(server.listen(port, "127.0.0.1"), "listening").then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
