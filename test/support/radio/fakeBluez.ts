import { createClient, type MessageBus } from "dbus-native";
import { BusClients } from "./busClients.ts";
import { FakeAdapter } from "./fakeAdapter.ts";
import type { DaemonParts } from "./fakeInterface.ts";
import type { SimulatedAdapter } from "./simulatedAdapter.ts";

/** A signal with whatever content. */
export interface AnySignal {
  path: string;
  interface: string;
  member: string;
  signature: string;
  body: unknown[];
}

/** bluetoothd's place on a private bus, with simulated adapters behind it. */
export class FakeBluez {
  readonly #address: string;
  readonly #adapters: readonly SimulatedAdapter[];
  #daemon: DaemonParts | undefined;
  readonly #shown = new Map<SimulatedAdapter, FakeAdapter>();

  private constructor(address: string, adapters: readonly SimulatedAdapter[]) {
    this.#address = address;
    this.#adapters = adapters;
    for (const adapter of adapters) adapter.onChange = () => this.#follow(adapter);
  }

  /** @param address of the bus */
  static async start(address: string, adapters: readonly SimulatedAdapter[]): Promise<FakeBluez> {
    const bluez = new FakeBluez(address, adapters);
    await bluez.begin();
    return bluez;
  }

  /** Starts it again after `end` or `crash`. */
  async begin(): Promise<void> {
    const bus = await connect(this.#address);
    bus.exportObjectManager("/");
    this.#daemon = { bus, clients: await BusClients.watch(bus) };
    for (const adapter of this.#adapters) {
      // A new daemon takes off the air what an old one left there.
      adapter.reset();
      this.#follow(adapter);
    }
    await bus.requestName("org.bluez", 0);
  }

  /** Stops in good order: clients are told that their advertisements are over. */
  async end(): Promise<void> {
    for (const shown of this.#shown.values()) shown.remove();
    await this.#leave();
  }

  /** Dies at once: nobody is told, and what is on air stays there, until `begin`. */
  async crash(): Promise<void> {
    for (const shown of this.#shown.values()) shown.abandon();
    await this.#leave();
  }

  /** Sends what no bluetoothd would. */
  send({ path, interface: from, member, signature, body }: AnySignal): void {
    this.#daemon?.bus.sendSignal(path, from, member, signature, body);
  }

  async #leave(): Promise<void> {
    const bus = this.#daemon?.bus;
    this.#daemon = undefined;
    this.#shown.clear();
    await bus?.close();
  }

  #follow(adapter: SimulatedAdapter): void {
    if (this.#daemon === undefined) return;
    const shown = this.#shown.get(adapter);
    if (!adapter.isPresent) {
      this.#shown.delete(adapter);
      shown?.remove();
    } else if (shown === undefined) {
      this.#shown.set(adapter, new FakeAdapter(this.#daemon, adapter));
    } else {
      shown.refresh();
    }
  }
}

async function connect(address: string): Promise<MessageBus> {
  const bus = createClient({ busAddress: address });
  // The bus may end before the daemon does; calls that were under way fail by themselves.
  bus.connection.on("error", () => undefined);
  await bus.listNames();
  return bus;
}
