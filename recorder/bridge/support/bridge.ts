import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import type { BroadcastKey, TimeSpan } from "@tocsin/protocol/report/broadcastKeys.ts";
import type { Clock } from "../../ports/clock.ts";
import type { RecorderStatus } from "../../recorder.ts";
import { Pages } from "../pages.ts";
import { Pairings } from "../pairings.ts";
import { startBridge, type Bridge } from "../server.ts";

export const NOW = 1_750_000_000;
export const PAGE = "https://tocsin.example";
export const KEY: BroadcastKey = {
  rak: new Uint8Array(32).fill(0xab),
  startedAt: NOW - 3_600,
  rotation: 900,
  firstIndex: 2,
  lastIndex: 4,
};
const { rak: _, ...BROADCAST } = KEY;
export { BROADCAST };

export const CONTACTS: ContactRecord[] = [1, 2, 3].map((number) => ({
  tcn: new Uint8Array(16).fill(number),
  firstSeen: NOW - 100 * number,
  lastSeen: NOW - 50 * number,
  ...(number === 1 ? { minDistance: 1.5, averageDistance: 2 } : {}),
  samples: number,
}));

const STATUS: RecorderStatus = {
  state: "recording",
  adapter: "hci0",
  since: NOW,
  changesAt: NOW + 900,
  connections: false,
  bridged: 0,
  heardRecently: 2,
  refused: 0,
  contacts: { count: 3, from: NOW - 300, to: NOW - 50 },
  keys: 1,
  sealed: false,
};

/** A clock that only moves when it is told to. */
class StoppedClock implements Clock {
  #milliseconds = 0;
  now = (): number => NOW * 1_000 + this.#milliseconds;
  monotonic = (): number => this.#milliseconds;
  sleep = (): Promise<void> => Promise.resolve();
  advance(seconds: number): void {
    this.#milliseconds += 1_000 * seconds;
  }
}

/** A bridge over a recorder that has three contacts and one key. */
export class BridgeUnderTest {
  readonly clock = new StoppedClock();
  readonly notes: string[] = [];
  /** The windows of every hand-out that was asked of the recorder. */
  readonly handedOut: (readonly TimeSpan[])[] = [];
  /** What the recorder says of itself. */
  status: RecorderStatus = STATUS;
  /** What a hand-out gives, or fails with. */
  handOut: () => Promise<BroadcastKey[]> = () => Promise.resolve([KEY]);
  pages!: Pages;
  #bridge!: Bridge;
  readonly #folder = mkdtempSync(join(tmpdir(), "tocsin-bridge-"));

  static async start(): Promise<BridgeUnderTest> {
    const test = new BridgeUnderTest();
    await test.#start();
    return test;
  }

  get pairingsFile(): string {
    return join(this.#folder, "pairings.json");
  }

  get port(): number {
    return Number(new URL(this.#bridge.url).port);
  }

  async #start(port = 0): Promise<void> {
    const { clock } = this;
    const note = (line: string): void => {
      this.notes.push(line);
    };
    const recorder = {
      status: () => this.status,
      broadcasts: () => [BROADCAST],
      contacts: { changedSince },
      handOut: (windows: readonly TimeSpan[]) => {
        this.handedOut.push(windows);
        return this.handOut();
      },
    };
    this.pages = new Pages({ recorder, pairings: Pairings.open(this.pairingsFile), clock, note });
    this.#bridge = await startBridge({ recorder, pages: this.pages, clock, port, note });
  }

  /** Stops the bridge and starts another with the same files, at the same port. */
  async restart(): Promise<void> {
    const { port } = this;
    await this.#bridge.close();
    await this.#start(port);
  }

  async stop(): Promise<void> {
    await this.#bridge.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Asks as a page would, or with headers of one's own; undefined leaves a header out. */
  ask(method: string, path: string, options: Asked = {}): Promise<Answer> {
    const { origin = PAGE, token, body, headers } = options;
    return send(this.port, method, path, {
      body: typeof body === "string" || body === undefined ? body : JSON.stringify(body),
      headers: {
        ...(origin === null ? {} : { origin }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
    });
  }

  /** Pairs a page; gives its token. */
  async pair(origin = PAGE): Promise<string> {
    const { code } = this.pages.newCode();
    const { json } = await this.ask("POST", "/v1/pairings", { origin, body: { code } });
    return (json as { token: string }).token;
  }
}

export interface Asked {
  /** Null: none. */
  origin?: string | null;
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  json: unknown;
}

function changedSince(revision: number, limit: number) {
  const contacts = CONTACTS.slice(revision, revision + limit);
  const last = revision + contacts.length;
  return { contacts, revision: last, more: last < CONTACTS.length };
}

/** One request, with headers that fetch would not send. */
function send(
  port: number,
  method: string,
  path: string,
  { body, headers }: { body: string | undefined; headers: Record<string, string> },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("end", () => {
        const text = Buffer.concat(chunks).toString();
        const isJson = /json/.test(response.headers["content-type"] ?? "");
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: isJson ? JSON.parse(text) : undefined,
        });
      });
    });
    asked.once("error", reject);
    asked.end(body);
  });
}
