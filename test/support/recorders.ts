import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { ContactRecord } from "@tocsin/protocol/match/contactRecords.ts";
import { ContactStore } from "../../recorder/contacts/contactStore.ts";
import { KeyFile } from "../../recorder/keys/keyFile.ts";
import { Keyring } from "../../recorder/keys/keyring.ts";
import type { StoredKey } from "../../recorder/keys/slots.ts";
import type { Clock } from "../../recorder/ports/clock.ts";
import type { Radio } from "../../recorder/ports/radio.ts";
import { Recorder } from "../../recorder/recorder.ts";
import { SimulatedAdapter, type AdapterOptions } from "./radio/simulatedAdapter.ts";
import { SimulatedAir } from "./radio/simulatedAir.ts";
import { SimulatedRadio } from "./radio/simulatedRadio.ts";
import { tocsinService } from "./radio/tocsinService.ts";
import { VirtualClock } from "./radio/virtualClock.ts";

/** A number as somebody heard it who misses nothing. Monotonic ms, which no setting of a clock moves. */
export interface Overheard {
  /** Hex. */
  tcn: string;
  first: number;
  last: number;
  addresses: Set<string>;
}

/** One machine with a recorder, its files and its adapter. */
export class Member {
  readonly adapter: SimulatedAdapter;
  readonly notes: string[] = [];
  readonly #folder: string;
  readonly #world: World;
  readonly #wrap: (radio: Radio) => Radio;
  readonly #clock: Clock;
  #recorder: Recorder | undefined;

  constructor(world: World, folder: string, adapter: SimulatedAdapter, options: MemberOptions) {
    this.#world = world;
    this.#folder = folder;
    this.adapter = adapter;
    this.#wrap = options.wrap ?? ((radio) => radio);
    this.#clock = options.clock ?? world.clock;
  }

  get recorder(): Recorder {
    return this.#recorder!;
  }

  get folder(): string {
    return this.#folder;
  }

  async start(): Promise<void> {
    this.#recorder = await Recorder.start({
      radio: this.#wrap(new SimulatedRadio(this.adapter)),
      clock: this.#clock,
      keyring: await Keyring.open(join(this.#folder, "keys.json")),
      contacts: ContactStore.open(join(this.#folder, "contacts.sqlite")),
      listenFor: 20,
      pauseFor: 10,
      note: (line) => this.notes.push(line),
    });
  }

  stop(): Promise<void> {
    return this.recorder.stop();
  }

  contacts(): ContactRecord[] {
    return [...this.recorder.contacts.all()];
  }

  async storedKeys(): Promise<StoredKey[]> {
    return (await KeyFile.open(join(this.#folder, "keys.json"))).keys;
  }

  /** What this machine sent, as a listener with perfect ears beside it heard it, in the order of the first times. */
  get sent(): Overheard[] {
    return this.#world.sentBy(this.adapter.station.name);
  }

  /** The number that is on air now. */
  get onAir(): string | undefined {
    const now = this.#world.clock.monotonic();
    return this.sent.filter(({ last }) => now - last < 1_100).sort((a, b) => b.last - a.last)[0]?.tcn;
  }
}

export interface MemberOptions extends AdapterOptions {
  x?: number;
  wrap?: (radio: Radio) => Radio;
  clock?: Clock;
}

/** Machines on one simulated air, under virtual time, beside somebody who hears everything. */
export class World {
  readonly clock = new VirtualClock();
  readonly air: SimulatedAir;
  readonly #folder = mkdtempSync(join(tmpdir(), "tocsin-world-"));
  readonly #members: Member[] = [];
  readonly #sent = new Map<string, Map<string, Overheard>>();

  /** @param options of the air, which neither loses nor blurs anything if left out */
  constructor(options: { loss?: number; noise?: number; seed?: number } = {}) {
    this.air = new SimulatedAir({ clock: this.clock, loss: 0, noise: 0, range: 1_000, ...options });
    const ears = this.air.join("ears", { x: 0, y: 0 }, { isJournalled: false });
    ears.listen(this.air.address("nonresolvable"), ({ from, advertised }) => {
      const data = advertised.serviceData[tocsinService];
      const sender = this.air.transmissionFrom(from.text)?.station.name;
      if (data !== undefined && sender !== undefined)
        this.#overhear(sender, toHex(data.subarray(0, 16)), from.text);
    });
  }

  get seconds(): number {
    return Math.floor(this.clock.now() / 1_000);
  }

  async add(name: string, options: MemberOptions = {}): Promise<Member> {
    const folder = mkdtempSync(join(this.#folder, `${name}-`));
    const station = this.air.join(name, { x: options.x ?? this.#members.length, y: 0 });
    const member = new Member(this, folder, new SimulatedAdapter("hci0", station, options), options);
    this.#members.push(member);
    await member.start();
    return member;
  }

  sentBy(name: string): Overheard[] {
    return [...(this.#sent.get(name)?.values() ?? [])];
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.stop()));
    this.air.close();
    rmSync(this.#folder, { recursive: true });
  }

  #overhear(sender: string, tcn: string, address: string): void {
    const now = this.clock.monotonic();
    const numbers = this.#sent.get(sender) ?? new Map<string, Overheard>();
    const known = numbers.get(tcn) ?? { tcn, first: now, last: now, addresses: new Set() };
    known.last = now;
    known.addresses.add(address);
    this.#sent.set(sender, numbers.set(tcn, known));
  }
}
