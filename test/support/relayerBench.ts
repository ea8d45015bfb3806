import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSignedReport } from "@tocsin/protocol/report/create.ts";
import { STATES, type State } from "@tocsin/relayer/ports/database.ts";
import { startAnvil, type Anvil } from "./anvil.ts";
import { openTestLog, type TestLog } from "./deploy.ts";
import { startRelayerProcess, type RelayerProcess } from "./relayer.ts";

export type Json = Record<string, unknown>;

/** A chain, and relayers on logs and data folders of their own, for one test file. */
export class RelayerBench {
  readonly anvil: Anvil;
  readonly #folder: string;
  readonly #running: RelayerProcess[] = [];

  private constructor(anvil: Anvil, folder: string) {
    this.anvil = anvil;
    this.#folder = folder;
  }

  static async start(): Promise<RelayerBench> {
    return new RelayerBench(await startAnvil(), mkdtempSync(join(tmpdir(), "tocsin-relayer-")));
  }

  openLog(): Promise<TestLog> {
    return openTestLog(this.anvil);
  }

  newFolder(): string {
    return mkdtempSync(join(this.#folder, "data-"));
  }

  /** Starts a relayer that seals after a second and looks at the chain every second. */
  async relayer(
    log: TestLog,
    options: {
      dataDir?: string;
      flags?: readonly string[];
      rpc?: string;
      env?: Record<string, string>;
      fileLimit?: number;
    } = {},
  ): Promise<RelayerProcess> {
    const { dataDir = this.newFolder(), flags = [], rpc = this.anvil.url } = options;
    const source = ["--rpc", rpc, "--registry", log.registry, "--log", String(log.logId)];
    const seal = ["--seal-every", "1", "--seal-at-least", "1"];
    const quick = [...seal, "--poll-interval", "1", "--port", "0", "--data-dir", dataDir];
    const env = { TOCSIN_PRIVATE_KEY: log.operator.privateKey, ...options.env };
    const relayer = await startRelayerProcess(
      [...source, ...quick, ...flags],
      env,
      undefined,
      options.fileLimit,
    );
    this.#running.push(relayer);
    return relayer;
  }

  /** Ends the relayers that still run. */
  async endRelayers(): Promise<void> {
    for (const relayer of this.#running.splice(0)) await relayer.stop("SIGKILL");
  }

  async stop(): Promise<void> {
    await this.endRelayers();
    await this.anvil.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A valid signed report of a new key, covering numbers 1 to j2. */
export function randomReport(j2 = 24): Uint8Array {
  const rak = crypto.getRandomValues(new Uint8Array(32));
  return createSignedReport(rak, { j1: 1, j2, memoType: 0, memo: new Uint8Array(20) }).bytes;
}

export interface Submission {
  status: number;
  contentType: string;
  json: Json;
}

export async function submit(
  url: string,
  body: Uint8Array | string,
  type = "application/octet-stream",
): Promise<Submission> {
  const init = { method: "POST", body: body as string, headers: { "content-type": type } };
  const response = await fetch(`${url}/v1/reports`, init);
  const contentType = response.headers.get("content-type") ?? "";
  return { status: response.status, contentType, json: (await response.json()) as Json };
}

export async function get(url: string): Promise<{ status: number; json: Json }> {
  const response = await fetch(url);
  return { status: response.status, json: (await response.json()) as Json };
}

/** How many reports stand in each state, as the relayer's metrics tell its operator. */
export async function reportsByState(url: string): Promise<Record<State, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const count = (state: State): number =>
    Number(new RegExp(`^tocsin_reports\\{state="${state}"\\} (\\d+)$`, "m").exec(text)?.[1]);
  return Object.fromEntries(STATES.map((state) => [state, count(state)])) as Record<State, number>;
}

/** Asks until the answer is as wanted; the test's own time limit ends it otherwise. */
export async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What the relayer says of a report, once it is in one of these states. */
export function untilState(url: string, leaf: unknown, ...states: string[]): Promise<Json> {
  return until(
    async () => (await get(`${url}/v1/reports/${String(leaf)}`)).json,
    ({ state }) => states.includes(String(state)),
  );
}
