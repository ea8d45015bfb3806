import type { Address } from "./addresses.ts";
import { FakeDevice } from "./fakeDevice.ts";
import { BluezFailure, type DaemonParts } from "./fakeInterface.ts";
import type { Caller } from "./link.ts";
import type { SimulatedAdapter } from "./simulatedAdapter.ts";
import type { Reception } from "./simulatedAir.ts";

/** Milliseconds after which a device is forgotten that was not heard any more. */
const forgottenAfter = 30_000;

/** The devices that an adapter knows: for a time only, unless they were connected. */
export class FakeDevices {
  readonly #daemon: DaemonParts;
  readonly #adapter: SimulatedAdapter;
  readonly #path: string;
  readonly #devices = new Map<string, FakeDevice>();

  constructor(daemon: DaemonParts, adapter: SimulatedAdapter, path: string) {
    this.#daemon = daemon;
    this.#adapter = adapter;
    this.#path = path;
  }

  /** Of the device of an address, whether it is there or not. */
  path(address: string): string {
    return `${this.#path}/dev_${address.replaceAll(":", "_")}`;
  }

  heard(reception: Reception, isToldEveryTime: boolean): void {
    const known = this.#devices.get(reception.from.text);
    if (known === undefined) this.#add(reception.from, reception);
    else known.heard(reception, isToldEveryTime);
  }

  connected({ address }: Caller): void {
    (this.#devices.get(address.text) ?? this.#add(address)).cameIn();
  }

  disconnected({ address }: Caller): void {
    this.#devices.get(address.text)?.wentOut();
  }

  /** Forgets at once what nobody can connect to. */
  discoveryEnded(): void {
    for (const [address, device] of this.#devices) {
      device.discoveryEnded();
      if (!device.isConnectable && !device.isPermanent) this.#remove(address);
    }
  }

  /** Adapter1.RemoveDevice. */
  removeAt(path: string): void {
    const found = [...this.#devices].find(([, device]) => device.path === path);
    if (found === undefined) throw new BluezFailure("DoesNotExist", "Does Not Exist");
    if (!this.#adapter.isPowered) throw new BluezFailure("NotReady", "Resource Not Ready");
    const [address, device] = found;
    if (device.isConnected) device.disconnect();
    this.#remove(address);
  }

  clear(): void {
    for (const address of this.#devices.keys()) this.#remove(address);
  }

  /** Ends all without a word. */
  abandon(): void {
    for (const device of this.#devices.values()) device.abandon();
    this.#devices.clear();
  }

  #add(address: Address, first?: Reception): FakeDevice {
    const device = new FakeDevice(this.#daemon, this.#adapter, this.path(address.text), address, first);
    this.#devices.set(address.text, device);
    void this.#forget(address.text, device);
    return device;
  }

  async #forget(address: string, device: FakeDevice): Promise<void> {
    const { clock, closing } = this.#adapter.station.air;
    while (this.#devices.get(address) === device && !device.isPermanent && !closing.aborted) {
      const rest = device.lastHeard + forgottenAfter - clock.monotonic();
      if (rest <= 0) this.#remove(address);
      else await clock.sleep(rest, closing);
    }
  }

  #remove(address: string): void {
    this.#devices.get(address)?.remove();
    this.#devices.delete(address);
  }
}
