import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import { ContactStore } from "../../../recorder/contacts/contactStore.ts";
import { systemClock } from "../../../recorder/systemClock.ts";
import type { Run } from "../../support/command.ts";
import { SimulatedAir } from "../../support/radio/simulatedAir.ts";
import type { AdapterOptions } from "../../support/radio/simulatedAdapter.ts";
import { startMachine, type SimulatedMachine } from "../../support/radio/simulatedMachine.ts";
import { tocsinService } from "../../support/radio/tocsinService.ts";
import { jsonLines } from "../../support/tocsin.ts";
import { startRecorder, tocsinRecorder, type RunningRecorder } from "../../support/tocsinRecorder.ts";

/** The origin of the page that asks. */
export const PAGE = "http://localhost:5173";
/** The number of the phone nearby, in hex. */
export const TCN = "0123456789abcdef0123456789abcdef";

/** A machine with Bluetooth and a folder of its own, on which `tocsin-recorder` is run. Ends with the test. */
export class RecorderBench {
  readonly folder = mkdtempSync(join(tmpdir(), "tocsin-recorder-"));
  readonly #air = new SimulatedAir({ clock: systemClock, interval: 100, noise: 0, loss: 0 });
  readonly #running: RunningRecorder[] = [];
  machine!: SimulatedMachine;

  static async start(options: AdapterOptions = {}): Promise<RecorderBench> {
    const bench = new RecorderBench();
    bench.machine = await startMachine(bench.#air, options);
    onTestFinished(async () => {
      await Promise.all(bench.#running.map((recorder) => recorder.end("SIGKILL")));
      await bench.machine.close();
      bench.#air.close();
      rmSync(bench.folder, { recursive: true });
    });
    return bench;
  }

  /** A path in the bench's folder; the data folder is "data". */
  at(...names: string[]): string {
    return join(this.folder, ...names);
  }

  /** Starts `tocsin-recorder run` and waits until it has started. */
  async run(args: string[] = [], env: Record<string, string> = {}): Promise<RunningRecorder> {
    const recorder = await startRecorder(args, { env: { ...this.#environment(), ...env } });
    this.#running.push(recorder);
    return recorder;
  }

  /** Runs a command to its end. */
  command(args: string[], env: Record<string, string> = {}): Promise<Run> {
    return tocsinRecorder(args, { env: { ...this.#environment(), ...env } });
  }

  /** The one JSON value that a command prints with --json. */
  async ask(...args: string[]): Promise<Record<string, unknown>> {
    const { stdout } = await this.command([...args, "--json"]);
    return jsonLines(stdout)[0] as Record<string, unknown>;
  }

  /** A phone nearby, which sends TCN from now on. */
  meetPhone(): void {
    const advertised = {
      isConnectable: false,
      serviceUuids: [tocsinService],
      serviceData: { [tocsinService]: Uint8Array.from(Buffer.from(TCN, "hex")) },
      others: {},
    };
    this.#air.join("phone", { x: 1, y: 0 }).advertise(advertised, this.#air.address("nonresolvable"));
  }

  /** Waits until the phone is among the contacts, which are written down every five seconds. */
  async untilMet(): Promise<void> {
    const look = async (): Promise<void> => {
      expect(jsonLines((await this.command(["export"])).stdout)).toMatchObject([{ tcn: TCN }]);
    };
    await vi.waitFor(look, { timeout: 60_000, interval: 500 });
  }

  /** Writes down a contact with TCN, as an earlier run of a recorder would have. */
  storeContact(): void {
    mkdirSync(this.at("data"), { recursive: true, mode: 0o700 });
    const store = ContactStore.open(this.at("data", "contacts.sqlite"));
    const now = Math.floor(Date.now() / 1000);
    store.merge([{ tcn: Uint8Array.from(Buffer.from(TCN, "hex")), from: now - 60, to: now - 55 }], now);
    store.close();
  }

  /** Numbers that this machine sends now, in hex. */
  sent(): string[] {
    return this.#air
      .transmissions()
      .filter(({ station }) => station === this.machine.adapter.station)
      .map(({ advertised }) => Buffer.concat(Object.values(advertised.serviceData)).toString("hex"));
  }

  /** Pairs the page; gives its token. */
  async pair(bridgeUrl = ""): Promise<string> {
    const { code } = (await this.ask("pair")) as { code: string };
    return (await fetchAsPage(undefined, `${bridgeUrl}/v1/pairings`, "POST", { code })).json.token as string;
  }

  #environment(): Record<string, string> {
    return {
      ...this.machine.environment,
      TOCSIN_RECORDER_DATA_DIR: this.at("data"),
      TZ: "Europe/Berlin",
    };
  }
}

/** Asks the bridge as the page. */
export async function fetchAsPage(
  token: string | undefined,
  url: string,
  method = "GET",
  body?: object,
): Promise<{ status: number; json: Record<string, unknown> }> {
  const response = await fetch(url, {
    method,
    headers: {
      origin: PAGE,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body ? { "content-type": "application/json" } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}
