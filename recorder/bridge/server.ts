import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { formatContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { formatBroadcastKey } from "@tocsin/protocol/report/broadcastKeys.ts";
import type { ContactStore } from "../contacts/contactStore.ts";
import { RecorderError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Recorder } from "../recorder.ts";
import { answerErrors, readBody, readWindows } from "./answers.ts";
import { assertHost, assertOrigin, assertRate, assertToken, type Filter } from "./filters.ts";
import type { Pages } from "./pages.ts";
import { isPage } from "./pairings.ts";

/** Only programs of this machine can connect. */
const HOST = "127.0.0.1";
const BODY_LIMIT = 65_536;
const MAX_CONNECTIONS = 256;
/** How long a connection may keep the server waiting, milliseconds. */
const HEADERS_TIMEOUT = 8_000;
const REQUEST_TIMEOUT = 10_000;
/** Contacts of one answer, at most and by default. */
const MOST_CONTACTS = 5_000;
/** Seconds for which a browser need not ask again what a page may send. */
const PREFLIGHT_AGE = 600;

/** What pages are told of every problem beside its code. */
const WHY = "`tocsin-recorder status` says why where the recorder runs";

export interface BridgeParts {
  recorder: Pick<Recorder, "status" | "broadcasts"> & { contacts: Pick<ContactStore, "changedSince"> };
  pages: Pages;
  clock: Clock;
  port: number;
  note: (line: string) => void;
}

/** The bridge, listening. */
export interface Bridge {
  url: string;
  close(): Promise<void>;
}

/**
 * Serves paired pages over HTTP, to this machine alone. Nothing of a request is logged.
 * @throws PORT_IN_USE
 */
export async function startBridge(parts: BridgeParts): Promise<Bridge> {
  const server = Fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT,
    http: { headersTimeout: HEADERS_TIMEOUT },
    exposeHeadRoutes: false,
    // A page keeps its connection: a recorder that stops does not wait for it.
    forceCloseConnections: true,
  });
  server.server.maxConnections = MAX_CONNECTIONS;
  // A page may send plain text without the browser asking first.
  server.removeContentTypeParser("text/plain");
  answerErrors(server, (error) => {
    parts.note(`a page could not be answered: ${error.message}`);
    return "the recorder failed to answer: it says why where it runs";
  });
  const port = (): number => (server.server.address() as AddressInfo).port;
  filterRequests(server, [assertHost(port), assertOrigin, assertRate(parts.pages.pairings, parts.clock)]);
  addPairing(server, parts.pages);
  addPaired(server, parts);
  try {
    await server.listen({ host: HOST, port: parts.port });
  } catch (error) {
    await server.close();
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    const message = `port ${parts.port} is taken by another program: give another --port, or --no-bridge`;
    throw new RecorderError("PORT_IN_USE", message, { cause: error });
  }
  return { url: `http://${HOST}:${port()}`, close: () => server.close() };
}

/** What every request passes before anybody looks into it; and every answer to a page lets that page read it. */
function filterRequests(server: FastifyInstance, filters: readonly Filter[]): void {
  server.addHook("onRequest", (request, reply, done) => {
    const { method, headers } = request;
    reply.header("cache-control", "no-store").header("vary", "Origin");
    if (isPage(headers.origin)) reply.header("access-control-allow-origin", headers.origin);
    for (const filter of filters) filter({ method, host: headers.host, origin: headers.origin });
    if (method === "OPTIONS") answerPreflight(request, reply);
    else done();
  });
}

/** What a browser asks before a page may send a token, or reach into this machine at all. */
function answerPreflight({ headers }: FastifyRequest, reply: FastifyReply): void {
  for (const network of ["private", "local"]) {
    if (headers[`access-control-request-${network}-network`] === "true") {
      reply.header(`access-control-allow-${network}-network`, "true");
    }
  }
  void reply
    .header("access-control-allow-methods", "GET, POST, DELETE")
    .header("access-control-allow-headers", "authorization, content-type")
    .header("access-control-max-age", PREFLIGHT_AGE)
    .code(204)
    .send();
}

function addPairing(server: FastifyInstance, pages: Pages): void {
  server.post("/v1/pairings", (request, reply) => {
    const code = readBody(request.body, (fields) => fields.string("code"));
    const token = pages.pair(originOf(request), code);
    return reply.code(201).send({ token, name: hostname() || "recorder" });
  });
}

/** The routes of paired pages. */
function addPaired(server: FastifyInstance, { recorder, pages }: BridgeParts): void {
  void server.register((paired, _options, done) => {
    paired.addHook("onRequest", (request, _reply, next) => {
      assertToken(pages.pairings, originOf(request), request.headers.authorization);
      next();
    });
    paired.delete("/v1/pairings/current", (request, reply) => {
      pages.unpair(originOf(request));
      return reply.code(204).send();
    });
    paired.get("/v1/status", (_request, reply) => {
      // Which adapter it is, and where its files are, concerns nobody but the machine's owner.
      const { adapter: _, problem, ...status } = recorder.status();
      return reply.send(problem ? { ...status, problem: { code: problem.code, message: WHY } } : status);
    });
    paired.get("/v1/broadcasts", (_request, reply) => reply.send({ broadcasts: recorder.broadcasts() }));
    addContacts(paired, recorder);
    addKeyRequests(paired, pages);
    done();
  });
}

function addContacts(server: FastifyInstance, recorder: BridgeParts["recorder"]): void {
  server.get<{ Querystring: Record<string, unknown> }>("/v1/contacts", (request, reply) => {
    const after = readWhole(request.query, "after", 0, 0, Number.MAX_SAFE_INTEGER);
    const limit = readWhole(request.query, "limit", MOST_CONTACTS, 1, MOST_CONTACTS);
    const { contacts, revision, more } = recorder.contacts.changedSince(after, limit);
    return sendJson(
      reply,
      `{"contacts":[${contacts.map(formatContactRecord).join(",")}],"revision":${revision},"more":${more}}`,
    );
  });
}

function addKeyRequests(server: FastifyInstance, pages: Pages): void {
  server.post("/v1/key-requests", (request, reply) => {
    const { id, expiresAt } = pages.requestKeys(originOf(request), readWindows(request.body));
    return reply.code(201).send({ id, expiresAt });
  });
  const path = "/v1/key-requests/:id";
  server.get<{ Params: { id: string } }>(path, (request, reply) => {
    const { state, keys } = pages.requestState(originOf(request), request.params.id);
    if (!keys) return reply.send({ state });
    return sendJson(reply, `{"state":"${state}","keys":[${keys.map(formatBroadcastKey).join(",")}]}`);
  });
  server.delete<{ Params: { id: string } }>(path, (request, reply) => {
    pages.dropRequest(originOf(request), request.params.id);
    return reply.code(204).send();
  });
}

/** The origin that assertOrigin has seen. */
function originOf({ headers }: FastifyRequest): string {
  return headers.origin ?? "";
}

function sendJson(reply: FastifyReply, json: string): FastifyReply {
  return reply
    .type("application/json; charset=utf-8")
    .serializer((text: string) => text)
    .send(json);
}

/** A whole number of the query. @throws REQUEST_INVALID */
function readWhole(
  query: Record<string, unknown>,
  name: string,
  missing: number,
  min: number,
  max: number,
): number {
  const text = query[name];
  if (text === undefined) return missing;
  const value = typeof text === "string" && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new RecorderError("REQUEST_INVALID", `${name} must be a whole number from ${min} to ${max}`);
}
