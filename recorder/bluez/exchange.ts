import { RecorderError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Present } from "./adapterWatch.ts";
import type { Bus } from "./bus.ts";
import { Connections } from "./connections.ts";
import { registerService, showService, unregisterService } from "./gattServer.ts";
import { Guests, removeStranger } from "./guests.ts";
import { readNumberOf } from "./peerNumber.ts";
import type { Properties } from "./values.ts";

export interface ExchangeOptions {
  clock: Clock;
  /** @throws RecorderError where there is no adapter */
  present: () => Present;
  /** A peer that came to us at that moment (monotonic ms) reads. Undefined refuses. */
  read: (connectedAt: number) => Uint8Array | undefined;
  /** @param device the peer's path in BlueZ. False refuses the value. */
  written: (value: Uint8Array, device: string) => boolean;
}

/** Numbers that go over connections: peers read and write at the service, and theirs are read. */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #connections = new Connections();
  readonly #guests: Guests;
  /** Peers that this machine is connected to, or connects to, by itself. */
  readonly #reading = new Set<string>();
  /** The connection on which the service's objects are shown, and the adapter that it is registered with. */
  #shownOn: Bus | undefined;
  #servedOn: string | undefined;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#guests = new Guests(options.clock, (device) => this.#dismiss(device));
  }

  /** What BlueZ tells of a device. */
  change(device: string, properties: Properties): void {
    this.#connections.change(device, properties);
    this.#guests.change(device, properties, this.#reading.has(device));
  }

  forget(device: string): void {
    this.#connections.forget(device);
    this.#guests.forget(device);
  }

  /** The adapter went, and what was registered with it. */
  clear(): void {
    this.#servedOn = undefined;
    this.#connections.clear();
    this.#guests.clear();
  }

  /** Offers the service, where it is not offered yet. @throws DBusError, RecorderError */
  async serve(): Promise<void> {
    const { bus, adapter } = this.#options.present();
    if (!adapter.hasGattManager) {
      throw new RecorderError("ADAPTER_INCAPABLE", "the Bluetooth adapter takes no connections: use another");
    }
    if (this.#servedOn === adapter.path) return;
    if (this.#shownOn !== bus) {
      const { written, present } = this.#options;
      showService(
        bus,
        { read: (device) => this.#read(device), written },
        (sender) => sender === present().owner,
      );
      this.#shownOn = bus;
    }
    await registerService(bus, adapter.path);
    this.#servedOn = adapter.path;
  }

  /** @throws DBusError, RecorderError */
  async stopServing(): Promise<void> {
    if (this.#servedOn === undefined) return;
    await unregisterService(this.#options.present().bus, this.#servedOn);
    this.#servedOn = undefined;
  }

  /** @throws PEER_UNREACHABLE */
  async readNumber(peer: string, { bus, adapter }: Present): Promise<Uint8Array> {
    if (!peer.startsWith(`${adapter.path}/`)) {
      throw new RecorderError("PEER_UNREACHABLE", "the peer was heard by another adapter");
    }
    this.#reading.add(peer);
    try {
      const { clock } = this.#options;
      return await readNumberOf(peer, { bus, clock, connections: this.#connections });
    } finally {
      this.#reading.delete(peer);
    }
  }

  /**
   * BlueZ offers the characteristic over connections of both directions, and does not say which it is. What this machine
   * connects with may come from one address over two numbers.
   */
  #read(device: string): Uint8Array | undefined {
    const cameAt = this.#guests.cameAt(device);
    if (cameAt === undefined || this.#reading.has(device)) return undefined;
    return this.#options.read(cameAt);
  }

  async #dismiss(device: string): Promise<void> {
    const { bus, facts } = this.#options.present();
    if (this.#servedOn === undefined || !facts.canConnect || this.#reading.has(device)) return;
    await removeStranger(bus, device);
  }
}
