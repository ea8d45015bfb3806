import { release } from "node:os";
import { isDeepStrictEqual } from "node:util";
import { RecorderError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { AdapterFacts } from "../ports/radio.ts";
import { chooseAdapter, decodeAdapter, factsOf, type Adapter } from "./adapters.ts";
import { Bus } from "./bus.ts";
import { Daemon, type DaemonProcess } from "./daemon.ts";
import { ADAPTER_MISSING, explain, explainBus } from "./failures.ts";
import { ADAPTER, ADVERTISING_MANAGER, DEVICE, GATT_MANAGER, PROPERTIES } from "./names.ts";
import { readPrivacy, type Privacy } from "./privacy.ts";
import { readValue, type Interfaces, type Properties } from "./values.ts";

export interface WatchOptions {
  /** Such as "hci0". Default: one that is on, else the first. */
  adapter?: string | undefined;
  /** Of the message bus. Default: the system's. */
  busAddress?: string | undefined;
  /** BlueZ's main.conf. */
  privacyConfig: string;
  /** Of the running kernel, where it is not the machine's. */
  kernelRelease?: string | undefined;
  clock: Clock;
}

/** What becomes of the adapter, and of the devices that it knows. */
export interface WatchEvents {
  /** It came, changed, or went: then with the reason, where BlueZ or the bus cannot be used. */
  changed(facts: AdapterFacts | undefined, reason: RecorderError | undefined): void;
  /** It lost power: what was on air and listened for is over. */
  off(): void;
  /** It went, or another took its place: all that was registered with it is over too. */
  gone(): void;
  /** A device that BlueZ has or made; one that changed; one that BlueZ forgot. */
  added(device: string, properties: Properties): void;
  deviceChanged(device: string, changed: Properties, invalidated: readonly string[]): void;
  removed(device: string): void;
}

const OF_ADAPTERS = [ADAPTER, ADVERTISING_MANAGER, GATT_MANAGER];

/** Milliseconds after which a lost bus is looked for: the first time, and at most. */
const RECONNECT_AFTER = 1_000;
const RECONNECT_AT_MOST = 30_000;

/** Milliseconds between two questions for what BlueZ does not tell of. */
const ASK_EVERY = 10_000;

/** An adapter that can be used. */
export interface Present {
  bus: Bus;
  adapter: Adapter;
  facts: AdapterFacts;
  /** bluetoothd's own name on the bus. */
  owner: string;
}

/** Follows one adapter through everything that becomes of it, of bluetoothd and of the bus. */
export class AdapterWatch {
  readonly #options: WatchOptions;
  readonly #events: WatchEvents;
  readonly #closing = new AbortController();
  /** What BlueZ shows of adapters, by path. */
  readonly #objects = new Map<string, Interfaces>();
  #bus: Bus | undefined;
  #daemon: Daemon | undefined;
  #privacy: Privacy = "unknown";
  /** The bluetoothd that was there last, and its adapters that others could find since it started. */
  #owner: string | undefined;
  readonly #wereDiscoverable = new Set<string>();
  #adapter: Adapter | undefined;
  #facts: AdapterFacts | undefined;
  #problem: RecorderError | undefined;
  /** From when on problems are told of: until then, `open` throws them. */
  #isOpen = false;
  /** The problem that was told of last. */
  #told: RecorderError | undefined;

  private constructor(options: WatchOptions, events: WatchEvents) {
    this.#options = options;
    this.#events = events;
  }

  /** @throws BLUETOOTH_UNAVAILABLE, BLUETOOTH_DENIED where BlueZ cannot be used now. Once it could, it is waited for. */
  static async open(options: WatchOptions, events: WatchEvents): Promise<AdapterWatch> {
    const watch = new AdapterWatch(options, events);
    await watch.#connect();
    if (watch.#problem) {
      await watch.close();
      throw watch.#problem;
    }
    watch.#isOpen = true;
    void watch.#keepAsking();
    return watch;
  }

  get facts(): AdapterFacts | undefined {
    return this.#facts;
  }

  /** @throws the reason why there is no adapter */
  present(): Present {
    if (!this.#bus || !this.#daemon || !this.#adapter || !this.#facts) {
      throw this.#problem ?? new RecorderError("ADAPTER_MISSING", ADAPTER_MISSING);
    }
    return { bus: this.#bus, adapter: this.#adapter, facts: this.#facts, owner: this.#daemon.owner };
  }

  /** Asks whether the adapter takes connections: BlueZ tells nobody when that changes. @throws DBusError */
  async refresh(): Promise<void> {
    const { bus, adapter } = this.present();
    const shown = this.#objects.get(adapter.path)?.get(ADAPTER);
    if (readValue(shown, "Connectable") === undefined) return;
    const question = { path: adapter.path, interface: PROPERTIES, member: "Get", signature: "ss" };
    const answer = await bus.call({ ...question, body: [ADAPTER, "Connectable"] });
    if (bus === this.#bus) this.#changed(adapter.path, ADAPTER, { Connectable: answer !== false }, []);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#bus?.close();
  }

  async #connect(): Promise<void> {
    const bus = await Bus.connect(this.#options.busAddress);
    this.#bus = bus;
    try {
      this.#daemon = await Daemon.follow(bus, this.#options.clock, {
        started: (objects, process) => this.#started(objects, process),
        stopped: (reason) => this.#stopped(reason),
        added: (path, interfaces) => this.#added(path, interfaces),
        removed: (path, interfaces) => this.#removed(path, interfaces),
        changed: (path, name, changed, invalidated) => this.#changed(path, name, changed, invalidated),
      });
    } catch (error) {
      await bus.close();
      throw explain(error);
    }
    void bus.closed.then(() => (this.#closing.signal.aborted ? undefined : this.#reconnect()));
    if (this.#closing.signal.aborted) await bus.close();
  }

  async #reconnect(): Promise<void> {
    const { clock } = this.#options;
    this.#stopped(explainBus());
    for (let wait = RECONNECT_AFTER; ; wait = Math.min(2 * wait, RECONNECT_AT_MOST)) {
      await clock.sleep(wait, this.#closing.signal);
      if (this.#closing.signal.aborted) return;
      try {
        await this.#connect();
        return;
      } catch (error) {
        this.#stopped(explain(error));
      }
    }
  }

  /** Somebody may make the adapter connectable, or end that, and nothing else comes of it that could be seen. */
  async #keepAsking(): Promise<void> {
    const { signal } = this.#closing;
    for (;;) {
      await this.#options.clock.sleep(ASK_EVERY, signal);
      if (signal.aborted) return;
      await this.refresh().catch(() => undefined);
    }
  }

  #started(objects: ReadonlyMap<string, Interfaces>, { owner, pid }: DaemonProcess): void {
    if (owner !== this.#owner) this.#wereDiscoverable.clear();
    this.#owner = owner;
    this.#privacy = readPrivacy(this.#options.privacyConfig, pid);
    this.#problem = undefined;
    for (const [path, interfaces] of objects) this.#keep(path, interfaces);
    this.#evaluate();
    for (const [path, interfaces] of objects) {
      const device = interfaces.get(DEVICE);
      if (device && this.#isOurs(path)) this.#events.added(path, device);
    }
  }

  #stopped(reason: RecorderError): void {
    this.#problem = reason;
    this.#objects.clear();
    this.#evaluate();
  }

  #added(path: string, interfaces: Interfaces): void {
    const device = interfaces.get(DEVICE);
    if (device && this.#isOurs(path)) this.#events.added(path, device);
    if (this.#keep(path, interfaces)) this.#evaluate();
  }

  #removed(path: string, names: readonly string[]): void {
    if (names.includes(DEVICE)) this.#events.removed(path);
    const interfaces = this.#objects.get(path);
    if (!interfaces) return;
    const left = new Map([...interfaces].filter(([name]) => !names.includes(name)));
    if (left.size === 0) this.#objects.delete(path);
    else this.#objects.set(path, left);
    this.#evaluate();
  }

  #changed(path: string, name: string, changed: Properties, invalidated: readonly string[]): void {
    if (name === DEVICE && this.#isOurs(path)) this.#events.deviceChanged(path, changed, invalidated);
    const interfaces = this.#objects.get(path);
    const properties = interfaces?.get(name);
    if (!interfaces || !properties) return;
    const mayConnect = name === ADAPTER && "Discoverable" in changed && "Connectable" in properties;
    // Who becomes discoverable becomes connectable too, and may stay it: until BlueZ has answered, it counts as that.
    const assumed = mayConnect ? { Connectable: true } : {};
    const all = { ...properties, ...changed, ...assumed };
    const left = Object.entries(all).filter(([key]) => !invalidated.includes(key));
    this.#objects.set(path, new Map([...interfaces, [name, Object.fromEntries(left)]]));
    this.#evaluate();
    if (mayConnect) void this.refresh().catch(() => undefined);
  }

  /** Takes in what belongs to an adapter; false where nothing does. */
  #keep(path: string, interfaces: Interfaces): boolean {
    const ours = [...interfaces].filter(([name]) => OF_ADAPTERS.includes(name));
    if (ours.length > 0) this.#objects.set(path, new Map([...(this.#objects.get(path) ?? []), ...ours]));
    return ours.length > 0;
  }

  #isOurs(device: string): boolean {
    return this.#adapter !== undefined && device.startsWith(`${this.#adapter.path}/`);
  }

  #evaluate(): void {
    const before = this.#adapter;
    const factsBefore = this.#facts;
    const adapters = [...this.#objects].map(([path, interfaces]) => this.#decode(path, interfaces));
    this.#adapter = chooseAdapter(
      adapters.filter((adapter) => adapter !== undefined),
      { name: this.#options.adapter, inUse: before?.path },
    );
    const { kernelRelease = release() } = this.#options;
    this.#facts = this.#adapter && factsOf(this.#adapter, { privacy: this.#privacy, kernelRelease });
    if (before && before.path !== this.#adapter?.path) this.#events.gone();
    else if (before?.isPowered === true && this.#adapter?.isPowered !== true) this.#events.off();
    const isNew = this.#isOpen && this.#problem?.message !== this.#told?.message;
    if (isNew || !isDeepStrictEqual(factsBefore, this.#facts)) {
      this.#told = this.#problem;
      this.#events.changed(this.#facts, this.#problem);
    }
  }

  /**
   * Who is made discoverable is made connectable too, and the end of DiscoverableTimeout ends only the former. Where BlueZ
   * does not say whether it did, the adapter counts as connectable until bluetoothd starts anew.
   */
  #decode(path: string, interfaces: Interfaces): Adapter | undefined {
    const adapter = decodeAdapter(path, interfaces);
    if (adapter?.isDiscoverable === true) this.#wereDiscoverable.add(path);
    return adapter && { isConnectable: this.#wereDiscoverable.has(path), ...adapter };
  }
}
