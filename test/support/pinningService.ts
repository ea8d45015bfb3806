import type { IncomingMessage, ServerResponse } from "node:http";
import { randomUUID } from "node:crypto";
import { startServer, type TestServer } from "./server.ts";

const TOKEN = "a token of the test";

interface PinRequest {
  requestid: string;
  status: "queued" | "pinning" | "pinned" | "failed";
  cid: string;
  origins: string[];
}

/** A pinning service by the IPFS Pinning Service API 1.0, with the gateway that serves what it has pinned. */
export interface PinningService extends TestServer {
  token: string;
  /** All requests that were made and not deleted, oldest first. */
  pins: PinRequest[];
  /** Method and path of the calls, in order. */
  calls: string[];
  /** How often a new request is asked about before it is worked on. */
  queueLength: number;
  /** Where else than at a request's origins the service looks for blocks. */
  network: string[];
  /** Answers a call in the service's place, for services that lie or fail. True when it did. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** Starts a service that works on a pin a step whenever it is asked about it: queued, pinning, then pinned or failed. */
export async function startPinningService(): Promise<PinningService> {
  const blocks = new Map<string, Uint8Array>();
  const asked = new Map<string, number>();

  const work = async (pin: PinRequest): Promise<void> => {
    const times = (asked.get(pin.requestid) ?? 0) + 1;
    asked.set(pin.requestid, times);
    if (pin.status === "pinning") {
      const block = await fetchFrom([...pin.origins.map(urlOf), ...service.network], pin.cid);
      if (block) blocks.set(pin.cid, block);
      pin.status = block ? "pinned" : "failed";
    } else if (pin.status === "queued" && times > service.queueLength) pin.status = "pinning";
  };

  const server = await startServer(async (request, body, response) => {
    const url = new URL(request.url ?? "", "http://service");
    const send = (status: number, value?: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(value === undefined ? "" : JSON.stringify(value));
    };
    service.calls.push(`${request.method} ${url.pathname}`);
    if (service.intercept(request, response)) return;
    const gatewayCid = /^\/ipfs\/(\w+)$/.exec(url.pathname)?.[1];
    if (gatewayCid !== undefined) {
      const block = blocks.get(gatewayCid);
      response.statusCode = block ? 200 : 404;
      response.end(block);
      return;
    }
    if (request.headers.authorization !== `Bearer ${TOKEN}`) {
      send(401, { error: { reason: "UNAUTHORIZED", details: "Access token is missing or invalid" } });
      return;
    }
    const [, root, requestid] = url.pathname.split("/");
    const pin = service.pins.find((each) => each.requestid === decodeURIComponent(requestid ?? ""));
    if (root !== "pins" || (requestid !== undefined && !pin)) {
      send(404, { error: { reason: "NOT_FOUND" } });
    } else if (request.method === "POST" && requestid === undefined) {
      const { cid, origins = [] } = JSON.parse(body.toString()) as { cid: string; origins?: string[] };
      const added: PinRequest = { requestid: randomUUID(), status: "queued", cid, origins };
      service.pins.push(added);
      send(202, statusOf(added));
    } else if (request.method === "GET" && pin) {
      await work(pin);
      send(200, statusOf(pin));
    } else if (request.method === "GET") {
      const [cids, statuses] = ["cid", "status"].map((name) => url.searchParams.get(name)?.split(","));
      const results = service.pins
        .filter(
          ({ cid, status }) => (cids ?? [cid]).includes(cid) && (statuses ?? ["pinned"]).includes(status),
        )
        .map(statusOf);
      send(200, { count: results.length, results });
    } else if (request.method === "DELETE" && pin) {
      service.pins.splice(service.pins.indexOf(pin), 1);
      if (!service.pins.some(({ cid }) => cid === pin.cid)) blocks.delete(pin.cid);
      send(202);
    } else send(400, { error: { reason: "BAD_REQUEST" } });
  });
  const service: PinningService = {
    ...server,
    token: TOKEN,
    pins: [],
    calls: [],
    queueLength: 1,
    network: [],
    intercept: () => false,
  };
  return service;
}

function statusOf({ requestid, status, cid, origins }: PinRequest): object {
  const info = status === "failed" ? { status_details: "no provider has the block" } : {};
  const created = "2026-01-01T00:00:00Z";
  return { requestid, status, created, pin: { cid, origins }, delegates: ["/dns/pin.example/tcp/1"], info };
}

async function fetchFrom(gateways: string[], cid: string): Promise<Uint8Array | undefined> {
  for (const gateway of gateways) {
    const response = await fetch(`${gateway}/ipfs/${cid}?format=raw`);
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
  }
  return undefined;
}

/** The URL of an HTTP server's multiaddr, such as /ip4/127.0.0.1/tcp/80/http. */
function urlOf(multiaddr: string): string {
  const [, , host, , port, ...rest] = multiaddr.split("/");
  return `${rest.includes("tls") ? "https" : "http"}://${host}:${port}`;
}
