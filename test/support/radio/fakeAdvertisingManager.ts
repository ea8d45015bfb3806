import { readAdvertisement } from "./advertisementObject.ts";
import { BluezFailure, FakeInterface, type DaemonParts, type Typed } from "./fakeInterface.ts";
import type { SimulatedAdapter } from "./simulatedAdapter.ts";

/** One advertisement of one client. */
interface Registered {
  client: string;
  path: string;
  /** Takes it off the air. */
  stop: () => void;
  /** Stops to wait for its end. */
  forget: () => void;
}

/** How many advertisements an adapter takes at once. */
const instances = 5;
const advertisement = "org.bluez.LEAdvertisement1";
const noReply = 1;

/** LEAdvertisingManager1 of one adapter. */
export class FakeAdvertisingManager {
  readonly #daemon: DaemonParts;
  readonly #adapter: SimulatedAdapter;
  readonly #shown: FakeInterface;
  readonly #registered = new Set<Registered>();

  constructor(daemon: DaemonParts, adapter: SimulatedAdapter, path: string) {
    this.#daemon = daemon;
    this.#adapter = adapter;
    this.#shown = new FakeInterface(daemon.bus, {
      path,
      name: "org.bluez.LEAdvertisingManager1",
      methods: {
        RegisterAdvertisement: ["oa{sv}", "", (client, object) => this.#register(client, String(object))],
        UnregisterAdvertisement: ["o", "", (client, object) => this.#unregister(client, String(object))],
      },
      values: {
        ...this.#counts(),
        SupportedIncludes: ["as", adapter.hasTxPower ? ["tx-power", "local-name"] : ["local-name"]],
        // There only where the controller has extended advertising.
        SupportedSecondaryChannels: adapter.isExtended ? ["as", ["1M", "2M", "Coded"]] : undefined,
      },
    });
  }

  /** The daemon ends, or the adapter is pulled out: every client is told, as far as it can be. */
  releaseAll(): void {
    for (const registered of this.#registered) {
      registered.forget();
      registered.stop();
      this.#release(registered);
    }
    this.#registered.clear();
  }

  /** The daemon dies: the kernel goes on with what it has. */
  abandon(): void {
    for (const { forget } of this.#registered) forget();
    this.#registered.clear();
  }

  async #register(client: string, path: string): Promise<void> {
    if (this.#find(client, path) !== undefined) throw new BluezFailure("AlreadyExists", "Already Exists");
    if (this.#free() === 0) throw new BluezFailure("NotPermitted", "Maximum advertisements reached");
    // Counted from the call on, so that two calls at once cannot take the same place.
    const registered: Registered = { client, path, stop: () => undefined, forget: () => undefined };
    this.#registered.add(registered);
    try {
      const { advertised, seconds } = readAdvertisement(await this.#read(client, path), this.#adapter);
      if (!this.#adapter.isPowered || !this.#registered.has(registered)) {
        throw new BluezFailure("Failed", "Failed to register advertisement");
      }
      this.#begin(registered, this.#adapter.advertise(advertised), seconds);
    } catch (error) {
      this.#registered.delete(registered);
      throw error;
    }
    this.#tellCounts();
  }

  async #read(client: string, path: string): Promise<Record<string, unknown>> {
    try {
      return await this.#daemon.bus.invoke<Record<string, unknown>>({
        destination: client,
        path,
        interface: "org.freedesktop.DBus.Properties",
        member: "GetAll",
        signature: "s",
        body: [advertisement],
      });
    } catch (error) {
      throw new BluezFailure("Failed", `Failed to parse advertisement. ${String(error)}`);
    }
  }

  #begin(registered: Registered, stop: () => void, seconds: number): void {
    const { clock } = this.#adapter.station.air;
    const ending = new AbortController();
    const unwatch = this.#daemon.clients.onLeave(registered.client, () => this.#remove(registered));
    registered.stop = stop;
    registered.forget = () => {
      ending.abort();
      unwatch();
    };
    if (seconds === 0) return;
    void clock.sleep(seconds * 1000, ending.signal).then(() => {
      if (ending.signal.aborted) return;
      this.#release(registered);
      this.#remove(registered);
    });
  }

  #unregister(client: string, path: string): void {
    const registered = this.#find(client, path);
    if (registered === undefined) throw new BluezFailure("DoesNotExist", "Does Not Exist");
    this.#remove(registered);
  }

  #remove(registered: Registered): void {
    registered.forget();
    registered.stop();
    this.#registered.delete(registered);
    this.#tellCounts();
  }

  #release({ client, path }: Registered): void {
    void this.#daemon.bus.invoke({
      destination: client,
      path,
      interface: advertisement,
      member: "Release",
      flags: noReply,
    });
  }

  #find(client: string, path: string): Registered | undefined {
    return [...this.#registered].find((one) => one.client === client && one.path === path);
  }

  #free(): number {
    return this.#adapter.canAdvertise ? instances - this.#registered.size : 0;
  }

  #counts(): Record<string, Typed> {
    return { ActiveInstances: ["y", this.#registered.size], SupportedInstances: ["y", this.#free()] };
  }

  #tellCounts(): void {
    this.#shown.update(this.#counts());
  }
}
