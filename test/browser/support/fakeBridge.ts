import { randomBytes, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { formatContactRecord, type ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import {
  airTime,
  formatBroadcastKey,
  type BroadcastKey,
  type TimeSpan,
} from "@tocsin/protocol/report/broadcastKeys.ts";

const HEADERS = ["authorization", "content-type"];
const METHODS = ["GET", "POST", "DELETE"];

interface KeyRequest {
  id: string;
  origin: string;
  windows: TimeSpan[];
  state: "pending" | "granted" | "denied" | "expired";
  keys: BroadcastKey[];
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string) {
    super(`refused: ${code}`);
    this.status = status;
    this.code = code;
  }
}

/** A recorder's bridge without a recorder: it answers paired pages as the real one does, and nobody else. */
export class FakeBridge {
  /** The code that can be used now. */
  code: string | undefined;
  /** Lines of contact records, in the order of their revisions, from 1. */
  readonly lines: string[] = [];
  status: object = { state: "recording", heardRecently: 3 };
  keys: BroadcastKey[] = [];
  /** Whether it takes requests and never answers. */
  isSilent = false;
  /** Whether what somebody agreed to is still being handed out: nobody gets the keys yet, or takes the request back. */
  isGranting = false;
  /** What was asked and let in, as "GET contacts". */
  readonly asked: string[] = [];
  request: KeyRequest | undefined;
  readonly #tokens = new Map<string, string>();
  readonly #server = createServer((request, response) => void this.#handle(request, response));
  #isAway = false;
  #port = 0;

  static async start(): Promise<FakeBridge> {
    const bridge = new FakeBridge();
    const server = bridge.#server.on("connection", (socket) => {
      if (bridge.#isAway) socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    bridge.#port = (server.address() as AddressInfo).port;
    return bridge;
  }

  /** Gives nobody an answer any more. It keeps its port, which another test would take if it were free. */
  leave(): void {
    this.#isAway = true;
    this.#server.closeAllConnections();
  }

  comeBack(): void {
    this.#isAway = false;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  record(...records: ContactRecord[]): void {
    this.lines.push(...records.map(formatContactRecord));
  }

  newCode(): string {
    this.code = String(Math.floor(Math.random() * 1e6)).padStart(6, "0");
    return this.code;
  }

  /** As if somebody had ended all pairings on the recorder's machine. */
  unpairAll(): void {
    this.#tokens.clear();
  }

  isPaired(origin: string): boolean {
    return this.#tokens.has(origin);
  }

  /** Somebody agrees: the keys of the windows are handed out, each cut to what these touch. */
  approve(): void {
    const request = this.#pending();
    const touched = this.keys.flatMap((key) => {
      const indices = Array.from(
        { length: key.lastIndex - key.firstIndex + 1 },
        (_, i) => key.firstIndex + i,
      );
      const wanted = indices.filter((index) => {
        const air = airTime(key, index);
        return request.windows.some(({ from, to }) => air.from < to && from < air.to);
      });
      const [firstIndex, lastIndex] = [wanted[0], wanted.at(-1)];
      if (firstIndex === undefined || lastIndex === undefined) return [];
      return [{ key, cut: { ...key, startedAt: airTime(key, firstIndex).from, firstIndex, lastIndex } }];
    });
    request.keys = touched.map(({ cut }) => cut);
    request.state = "granted";
    this.keys = this.keys.filter((key) => !touched.some((each) => each.key === key));
  }

  deny(): void {
    this.#pending().state = "denied";
  }

  /** As if nobody had answered in time. */
  expire(): void {
    this.#pending().state = "expired";
  }

  #pending(): KeyRequest {
    if (this.request?.state !== "pending") throw new Error("no request waits");
    return this.request;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.isSilent) return;
    const { origin } = request.headers;
    if (origin !== undefined) response.setHeader("access-control-allow-origin", origin);
    response.setHeader("vary", "Origin").setHeader("cache-control", "no-store");
    try {
      if (request.headers.host !== `127.0.0.1:${this.#port}`) throw new Refusal(403, "HOST_REFUSED");
      if (origin === undefined || !/^https?:\/\//.test(origin)) throw new Refusal(403, "ORIGIN_REFUSED");
      if (request.method === "OPTIONS") {
        response
          .setHeader("access-control-allow-methods", METHODS.join(", "))
          .setHeader("access-control-allow-headers", HEADERS.join(", "));
        response.writeHead(204).end();
        return;
      }
      const body = await text(request);
      const [status, answer] = this.#answer(origin, request, body);
      response
        .writeHead(status, answer === undefined ? {} : { "content-type": "application/json" })
        .end(answer);
    } catch (error) {
      const { status, code, message } =
        error instanceof Refusal ? error : new Refusal(400, "REQUEST_INVALID");
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify({ code, message }));
    }
  }

  #answer(
    origin: string,
    { method = "", url = "", headers }: IncomingMessage,
    body: string,
  ): [number, string?] {
    const { pathname, searchParams } = new URL(url, this.url);
    const [, version, ...path] = pathname.split("/");
    if (version !== "v1") throw new Refusal(404, "REQUEST_UNKNOWN");
    const route = `${method} ${path[0]}`;
    if (body !== "" && headers["content-type"] !== "application/json")
      throw new Refusal(400, "REQUEST_INVALID");
    if (route === "POST pairings") return [201, this.#pair(origin, body)];
    const token = this.#tokens.get(origin);
    if (token === undefined || headers.authorization !== `Bearer ${token}`)
      throw new Refusal(401, "TOKEN_REFUSED");
    this.asked.push(route);
    switch (route) {
      case "DELETE pairings":
        if (path[1] !== "current") throw new Refusal(404, "REQUEST_UNKNOWN");
        this.#tokens.delete(origin);
        return [204];
      case "GET status":
        return [200, JSON.stringify({ since: 1, contacts: { count: this.lines.length }, ...this.status })];
      case "GET contacts":
        return [200, this.#contacts(searchParams)];
      case "GET broadcasts":
        return [200, JSON.stringify({ broadcasts: this.keys.map(({ rak: _, ...times }) => times) })];
      case "POST key-requests":
        return [201, this.#openRequest(origin, body)];
      case "GET key-requests":
        return [200, this.#stateOf(origin, path[1])];
      case "DELETE key-requests":
        this.#stateOf(origin, path[1]);
        if (this.isGranting) throw new Refusal(409, "REQUEST_OPEN");
        this.request = undefined;
        return [204];
      default:
        throw new Refusal(404, "REQUEST_UNKNOWN");
    }
  }

  #pair(origin: string, body: string): string {
    const { code } = JSON.parse(body) as { code: unknown };
    if (this.code === undefined || code !== this.code) throw new Refusal(403, "PAIRING_REFUSED");
    this.code = undefined;
    const token = randomBytes(32).toString("base64url");
    this.#tokens.set(origin, token);
    return JSON.stringify({ token, name: "workshop" });
  }

  #contacts(query: URLSearchParams): string {
    const [after, limit] = ["after", "limit"].map((name) => Number(query.get(name)));
    if (!(after! >= 0 && limit! >= 1 && limit! <= 5_000)) throw new Refusal(400, "REQUEST_INVALID");
    const lines = this.lines.slice(after, after! + limit!);
    const revision = Math.min(after! + lines.length, this.lines.length);
    return `{"contacts":[${lines.join(",")}],"revision":${revision},"more":${revision < this.lines.length}}`;
  }

  #openRequest(origin: string, body: string): string {
    if (this.request?.state === "pending") throw new Refusal(409, "REQUEST_OPEN");
    const { windows } = JSON.parse(body) as { windows: TimeSpan[] };
    if (windows.length === 0 || windows.length > 400) throw new Refusal(400, "REQUEST_INVALID");
    this.request = { id: randomUUID(), origin, windows, state: "pending", keys: [] };
    const expiresAt = Math.floor(Date.now() / 1_000) + 600;
    return JSON.stringify({ id: this.request.id, expiresAt });
  }

  #stateOf(origin: string, id: string | undefined): string {
    const { request } = this;
    if (!request || request.id !== id || request.origin !== origin) throw new Refusal(404, "REQUEST_UNKNOWN");
    if (this.isGranting) return `{"state":"pending"}`;
    const keys =
      request.state === "granted" ? `,"keys":[${request.keys.map(formatBroadcastKey).join(",")}]` : "";
    return `{"state":"${request.state}"${keys}}`;
  }
}
