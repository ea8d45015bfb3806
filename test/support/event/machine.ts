import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { ContactStore } from "../../../recorder/contacts/contactStore.ts";
import { Keyring } from "../../../recorder/keys/keyring.ts";
import type { Clock } from "../../../recorder/ports/clock.ts";
import { Recorder } from "../../../recorder/recorder.ts";
import type { SimulatedAdapter } from "../radio/simulatedAdapter.ts";
import { SimulatedRadio } from "../radio/simulatedRadio.ts";

/** A span of the air's time, unix ms. */
export interface Span {
  from: number;
  to: number;
}

/** A machine with a real recorder, real files and a simulated adapter, whose clock may be wrong. */
export class Machine {
  readonly name: string;
  readonly adapter: SimulatedAdapter;
  /** When it could neither send nor hear. */
  readonly outages: Span[] = [];
  readonly #folder: string;
  readonly #air: Clock;
  /** How far its clock was ahead of the air's, from when on. */
  readonly #errors: { from: number; ahead: number }[] = [{ from: -Infinity, ahead: 0 }];
  #recorder: Recorder | undefined;

  private constructor(folder: string, adapter: SimulatedAdapter) {
    this.name = adapter.station.name;
    this.adapter = adapter;
    this.#air = adapter.station.air.clock;
    this.#folder = join(folder, this.name);
    mkdirSync(this.#folder, { mode: 0o700 });
  }

  static async start(folder: string, adapter: SimulatedAdapter): Promise<Machine> {
    const machine = new Machine(folder, adapter);
    await machine.#start();
    return machine;
  }

  get recorder(): Recorder {
    if (this.#recorder === undefined) throw new Error(`${this.name} does not run`);
    return this.#recorder;
  }

  async stop(): Promise<void> {
    await this.recorder.stop();
    this.#recorder = undefined;
  }

  /** Stops the recorder and starts it again that much later. */
  async restart(milliseconds: number): Promise<void> {
    const from = this.#air.now();
    await this.stop();
    await this.#air.sleep(milliseconds);
    await this.#start();
    this.outages.push({ from, to: this.#air.now() });
  }

  /** Pulls the adapter out and puts it back that much later. */
  async loseAdapter(milliseconds: number): Promise<void> {
    const from = this.#air.now();
    this.adapter.setPresent(false);
    await this.#air.sleep(milliseconds);
    this.adapter.setPresent(true);
    this.outages.push({ from, to: this.#air.now() });
  }

  /** Somebody sets its clock to that much ahead of the right time (behind: a negative number). */
  setClockAhead(milliseconds: number): void {
    this.#errors.push({ from: this.#air.now(), ahead: milliseconds });
  }

  /** What its clock showed, in ms. */
  shown(airTime: number): number {
    return airTime + this.#errors.findLast(({ from }) => from <= airTime)!.ahead;
  }

  /** The moments at which its clock showed that, mostly one. */
  moments(shown: number): number[] {
    const moments = this.#errors.map(({ ahead }) => shown - ahead);
    return [...new Set(moments)].filter((moment) => Math.abs(this.shown(moment) - shown) < 1);
  }

  /** All that it recorded; while it is stopped. */
  contacts(): ContactRecord[] {
    const store = ContactStore.open(join(this.#folder, "contacts.sqlite"));
    try {
      return [...store.all()];
    } finally {
      store.close();
    }
  }

  keyFile(): string {
    return readFileSync(join(this.#folder, "keys.json"), "utf8");
  }

  /** Bytes of its contacts on disk, while it is stopped. */
  bytesOfContacts(): number {
    return statSync(join(this.#folder, "contacts.sqlite")).size;
  }

  async #start(): Promise<void> {
    const now = (): number => this.shown(this.#air.now());
    const clock: Clock = {
      now,
      monotonic: () => this.#air.monotonic(),
      sleep: (milliseconds, signal) => this.#air.sleep(milliseconds, signal),
    };
    this.#recorder = await Recorder.start({
      radio: new SimulatedRadio(this.adapter),
      clock,
      keyring: await Keyring.open(join(this.#folder, "keys.json")),
      contacts: ContactStore.open(join(this.#folder, "contacts.sqlite")),
      listenFor: 20,
      pauseFor: 10,
      note: () => undefined,
    });
  }
}
