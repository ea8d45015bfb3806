import { RecorderError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { AddressChoice, AdapterFacts, Heard, Radio, RadioEvents } from "../ports/radio.ts";
import { AdapterWatch, type Present, type WatchOptions } from "./adapterWatch.ts";
import { Advertisement } from "./advertisement.ts";
import { DeviceTable } from "./deviceTable.ts";
import { isDiscovering, startDiscovery, stopDiscovery } from "./discovery.ts";
import { Exchange } from "./exchange.ts";
import { ADAPTER_OFF, ADAPTER_SHARES, explain, hideAdapter } from "./failures.ts";

/** The radio of a Linux machine: one adapter, through BlueZ. */
export class BluezRadio implements Radio {
  readonly #options: WatchOptions;
  readonly #clock: Clock;
  readonly #devices: DeviceTable;
  readonly #exchange: Exchange;
  #watch: AdapterWatch | undefined;
  #events: RadioEvents | undefined;
  /** What is on air. */
  #advertisement: Advertisement | undefined;
  #isListening = false;
  /** Counts how often all that was on air and listened for was over: what was begun before does not count any more. */
  #session = 0;
  #isServing = false;
  /** Ends when all that was asked for before is done: BlueZ is asked for one thing after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#devices = new DeviceTable(options.clock);
    this.#exchange = new Exchange({
      clock: options.clock,
      present: () => this.#present(),
      read: (connectedAt) => this.#events?.read(connectedAt),
      written: (value, device) => this.#events?.written(value, device, this.#devices.rssiOf(device)) ?? false,
    });
  }

  /** Where BlueZ or the bus stops later, it waits for them. @throws BLUETOOTH_UNAVAILABLE, BLUETOOTH_DENIED */
  async open(events: RadioEvents): Promise<void> {
    this.#events = events;
    const hear = (heard: Heard | undefined): void => {
      if (heard) events.heard(heard);
    };
    this.#watch = await AdapterWatch.open(this.#options, {
      changed: (facts, reason) => this.#changed(facts, reason),
      off: () => this.#over(),
      gone: () => this.#gone(),
      added: (device, properties) => {
        this.#exchange.change(device, properties);
        hear(this.#devices.add(device, properties));
      },
      deviceChanged: (device, changed, invalidated) => {
        this.#exchange.change(device, changed);
        hear(this.#devices.change(device, changed, invalidated));
      },
      removed: (device) => {
        this.#exchange.forget(device);
        this.#devices.forget(device);
      },
    });
  }

  facts(): AdapterFacts | undefined {
    return this.#watch?.facts;
  }

  async advertise(
    serviceData: Uint8Array,
    { seconds, isConnectable }: { seconds: number; isConnectable: boolean },
  ): Promise<boolean> {
    const secondsLeft = this.#countdown(seconds);
    if (serviceData.length !== 16 && serviceData.length !== 20) {
      throw new RecorderError(
        "SERVICE_DATA_INVALID",
        `service data is 16 or 20 bytes, not ${serviceData.length}`,
      );
    }
    return this.#inTurn(async () => {
      await this.#watch?.refresh();
      const { adapter, facts } = this.#ready();
      const session = this.#session;
      checkAddress(facts, facts.addresses[isConnectable ? "connectable" : "broadcast"]);
      const wasListening = this.#isListening;
      await this.#stopListening();
      try {
        await (adapter.advertising?.isExtended === true
          ? this.#clearExtended(wasListening)
          : this.#clearLegacy());
        return await this.#register(session, {
          serviceData,
          secondsLeft,
          isConnectable,
          includesTxPower: adapter.advertising?.includesTxPower ?? false,
        });
      } finally {
        // Whoever asks it to listen learns why it cannot: what is on air stays there.
        if (wasListening) await this.#listen().catch(() => this.#events?.deafened());
      }
    });
  }

  withdraw(): Promise<void> {
    return this.#inTurn(() => this.#withdraw());
  }

  listen(): Promise<void> {
    return this.#inTurn(() => this.#listen());
  }

  stopListening(): Promise<void> {
    return this.#inTurn(() => this.#stopListening());
  }

  serve(): Promise<void> {
    this.#isServing = true;
    return this.#inTurn(() => this.#exchange.serve());
  }

  async readNumber(peer: string): Promise<Uint8Array> {
    return this.#exchange.readNumber(peer, this.#ready());
  }

  async close(): Promise<void> {
    this.#isServing = false;
    await this.#inTurn(async () => {
      const farewells = [
        () => this.#withdraw(),
        () => this.#stopListening(),
        () => this.#exchange.stopServing(),
      ];
      for (const farewell of farewells) await farewell().catch(() => undefined);
      this.#exchange.clear();
      await this.#watch?.close();
    });
  }

  /**
   * Takes off the air what was there. Listening asks others from an address of its own, which the kernel renews only when
   * listening begins while nothing is on air: so it begins now, also where it is to pause.
   */
  async #clearExtended(keepsListening: boolean): Promise<void> {
    await this.#withdraw();
    await this.#listen();
    if (!keepsListening) await this.#stopListening();
  }

  /** Takes off the air what was there. The one address is kept while anybody listens. */
  async #clearLegacy(): Promise<void> {
    const { bus, adapter } = this.#ready();
    if (await isDiscovering(bus, adapter.path, this.#clock)) {
      throw new RecorderError(
        "ADAPTER_BUSY",
        "another program listens, and the Bluetooth adapter keeps its address meanwhile: end that program",
      );
    }
    await this.#withdraw();
  }

  /** @param session in which it was found out what the adapter does: another adapter may have taken its place */
  async #register(
    session: number,
    options: Omit<Parameters<typeof Advertisement.register>[2], "owner" | "released">,
  ): Promise<boolean> {
    const { bus, adapter, owner } = this.#ready();
    if (session !== this.#session) throw new RecorderError("ADAPTER_OFF", ADAPTER_OFF);
    const advertisement: Advertisement | undefined = await Advertisement.register(bus, adapter.path, {
      ...options,
      owner,
      released: () => {
        if (this.#advertisement !== advertisement) return;
        this.#advertisement = undefined;
        this.#events?.withdrawn();
      },
    });
    if (advertisement === undefined) return false;
    if (session === this.#session) {
      this.#advertisement = advertisement;
      return true;
    }
    await advertisement.unregister();
    this.#ready();
    throw new RecorderError("ADAPTER_OFF", ADAPTER_OFF);
  }

  /** What is left of so many seconds: the machine may sleep, BlueZ may take its time, and somebody may set the clock. */
  #countdown(seconds: number): () => number {
    const clock = this.#clock;
    const [now, monotonic] = [clock.now(), clock.monotonic()];
    return () => seconds - Math.max(clock.now() - now, clock.monotonic() - monotonic) / 1_000;
  }

  async #withdraw(): Promise<void> {
    const advertisement = this.#advertisement;
    await advertisement?.unregister();
    if (this.#advertisement === advertisement) this.#advertisement = undefined;
  }

  async #listen(): Promise<void> {
    if (this.#isListening) return;
    const { bus, adapter } = this.#ready();
    const session = this.#session;
    await startDiscovery(bus, adapter.path, this.#clock);
    this.#isListening = session === this.#session;
  }

  async #stopListening(): Promise<void> {
    if (!this.#isListening) return;
    const { bus, adapter } = this.#ready();
    await stopDiscovery(bus, adapter.path, this.#clock);
    this.#isListening = false;
  }

  #changed(facts: AdapterFacts | undefined, reason: RecorderError | undefined): void {
    // Whoever asked to serve does not ask again when the adapter is back.
    if (facts?.canConnect === true && this.#isServing) {
      void this.#inTurn(() => this.#exchange.serve()).catch(() => undefined);
    }
    this.#events?.changed(facts, reason);
  }

  #over(): void {
    const advertisement = this.#advertisement;
    this.#session++;
    this.#advertisement = undefined;
    this.#isListening = false;
    // BlueZ would put it on air again together with the adapter, long after its number is over.
    if (advertisement) void this.#inTurn(() => advertisement.unregister()).catch(() => undefined);
  }

  #gone(): void {
    this.#over();
    this.#devices.clear();
    this.#exchange.clear();
  }

  #present(): Present {
    if (!this.#watch) throw new RecorderError("BLUETOOTH_UNAVAILABLE", "the radio is not open");
    return this.#watch.present();
  }

  #ready(): Present {
    const present = this.#present();
    if (!present.adapter.isPowered) throw new RecorderError("ADAPTER_OFF", ADAPTER_OFF);
    return present;
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => undefined);
    return done.catch((error: unknown) => {
      throw explain(error);
    });
  }
}

/** Whatever asks: what shares an address with another number, or shows the adapter's own, does not go on air. */
function checkAddress({ canAdvertise, isDiscoverable }: AdapterFacts, choice: AddressChoice): void {
  if (!canAdvertise) {
    throw new RecorderError(
      "ADAPTER_INCAPABLE",
      "the Bluetooth adapter cannot advertise: use one with Bluetooth 4.2 or later",
    );
  }
  if (choice === "shared") {
    throw new RecorderError(
      "ADAPTER_ADDRESS_SHARED",
      `several numbers would share one address: ${ADAPTER_SHARES}`,
    );
  }
  if (choice === "identity") {
    throw new RecorderError(
      "ADAPTER_ADDRESS_EXPOSED",
      `the adapter's own address would show: ${hideAdapter(isDiscoverable)}`,
    );
  }
}
