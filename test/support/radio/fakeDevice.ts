import { BluezFailure, FakeInterface, type DaemonParts, type Typed } from "./fakeInterface.ts";
import type { Link } from "./link.ts";
import type { SimulatedAdapter } from "./simulatedAdapter.ts";
import type { Reception } from "./simulatedAir.ts";
import type { Address } from "./addresses.ts";

/** Device1 of one address that was heard, or that connected, and what it offers while it is connected. */
export class FakeDevice {
  readonly path: string;
  readonly #daemon: DaemonParts;
  readonly #adapter: SimulatedAdapter;
  readonly #address: Address;
  readonly #shown: FakeInterface;
  readonly #serviceData = new Map<string, Uint8Array>();
  #uuids: readonly string[] = [];
  /** To the peer, where this machine began the connection. */
  #link: Link | undefined;
  #isConnecting = false;
  /** Connections that the peer began. */
  #incoming = 0;
  /** Whether it was connected and its services were found: bluetoothd keeps such a device, on disk too. */
  isPermanent = false;
  /** Monotonic ms. */
  lastHeard: number;
  isConnectable = true;

  constructor(
    daemon: DaemonParts,
    adapter: SimulatedAdapter,
    path: string,
    address: Address,
    first?: Reception,
  ) {
    this.path = path;
    this.#daemon = daemon;
    this.#adapter = adapter;
    this.#address = address;
    this.lastHeard = adapter.station.air.clock.monotonic();
    const alias: Typed = ["s", address.text.replaceAll(":", "-")];
    this.#shown = new FakeInterface(daemon.bus, {
      path,
      name: "org.bluez.Device1",
      methods: {
        Connect: ["", "", () => this.#connect()],
        Disconnect: ["", "", () => this.disconnect()],
      },
      setters: {
        Trusted: (value) => this.#shown.update({ Trusted: ["b", value === true] }),
        Blocked: (value) => {
          if (value === true && this.isConnected) this.disconnect();
          this.#shown.update({ Blocked: ["b", value === true] });
        },
      },
      values: {
        Address: ["s", address.text],
        AddressType: ["s", address.kind === "public" ? "public" : "random"],
        Alias: alias,
        Paired: ["b", false],
        Bonded: ["b", false],
        Trusted: ["b", false],
        Blocked: ["b", false],
        LegacyPairing: ["b", false],
        Connected: ["b", false],
        ServicesResolved: ["b", false],
        UUIDs: ["as", []],
        Adapter: ["o", path.slice(0, path.lastIndexOf("/"))],
        ...(first === undefined ? {} : this.#news(first, true)),
      },
    });
  }

  get isConnected(): boolean {
    return this.#link !== undefined || this.#incoming > 0;
  }

  /** @param isTold every time: whether service data is told again that has not changed */
  heard(reception: Reception, isToldEveryTime: boolean): void {
    this.#shown.update(this.#news(reception, isToldEveryTime));
  }

  /** What it was heard with is of no meaning any more. */
  discoveryEnded(): void {
    this.#shown.update({ RSSI: undefined, TxPower: undefined });
  }

  cameIn(): void {
    this.#incoming++;
    this.isPermanent = true;
    this.#shown.update({ Connected: ["b", true], ServicesResolved: ["b", true] });
  }

  wentOut(): void {
    this.#incoming--;
    this.lastHeard = this.#adapter.station.air.clock.monotonic();
    if (!this.isConnected) this.#shown.update({ Connected: ["b", false], ServicesResolved: ["b", false] });
  }

  remove(): void {
    this.#link?.close();
    this.#daemon.bus.unexportInterface(this.path);
  }

  /** Hangs up without a word on the bus. */
  abandon(): void {
    if (this.#link === undefined) return;
    this.#link.onClose = () => undefined;
    this.#link.close();
  }

  #news({ advertised, rssi }: Reception, isToldEveryTime: boolean): Record<string, Typed> {
    const { serviceUuids, serviceData, txPower, isConnectable } = advertised;
    this.lastHeard = this.#adapter.station.air.clock.monotonic();
    this.isConnectable = isConnectable;
    const news: Record<string, Typed> = {};
    if (this.#read("RSSI") !== rssi) news.RSSI = ["n", rssi];
    if (txPower !== undefined && this.#read("TxPower") !== txPower) news.TxPower = ["n", txPower];
    const added = serviceUuids.filter((uuid) => !this.#uuids.includes(uuid));
    if (added.length > 0) news.UUIDs = ["as", (this.#uuids = [...this.#uuids, ...added])];
    let isNew = false;
    for (const [uuid, data] of Object.entries(serviceData)) {
      const known = this.#serviceData.get(uuid);
      isNew ||= isToldEveryTime || known === undefined || Buffer.compare(known, data) !== 0;
      this.#serviceData.set(uuid, data);
    }
    if (isNew) {
      news.ServiceData = [
        "a{sv}",
        [...this.#serviceData].map(([uuid, data]) => [uuid, ["ay", Buffer.from(data)]]),
      ];
    }
    return news;
  }

  /** Undefined also while the object is only being made. */
  #read(property: string): unknown {
    return (this.#shown as FakeInterface | undefined)?.value(property);
  }

  async #connect(): Promise<void> {
    if (!this.#adapter.isPowered) throw new BluezFailure("NotReady", "Resource Not Ready");
    if (this.#isConnecting) throw new BluezFailure("InProgress", "In Progress");
    if (this.#link !== undefined) throw new BluezFailure("AlreadyConnected", "Already Connected");
    this.#isConnecting = true;
    try {
      const link = await this.#adapter.connect(this.#address.text);
      this.#link = link;
      this.#shown.update({ Connected: ["b", true] });
      link.onClose = () => this.#closed();
      this.#offer(link);
      this.isPermanent = true;
      this.#shown.update({ ServicesResolved: ["b", true] });
    } catch {
      throw new BluezFailure("Failed", "le-connection-abort-by-local");
    } finally {
      this.#isConnecting = false;
    }
  }

  /** @throws BluezFailure where it is not connected */
  disconnect(): void {
    if (!this.isConnected) throw new BluezFailure("NotConnected", "Not Connected");
    this.#link?.close();
    for (const link of this.#adapter.station.links) {
      if (link.caller.address.text === this.#address.text) link.close();
    }
  }

  #closed(): void {
    this.#link = undefined;
    this.lastHeard = this.#adapter.station.air.clock.monotonic();
    this.#shown.update({ ServicesResolved: ["b", false] });
    this.#daemon.bus.unexportInterface(this.#characteristicPath);
    this.#daemon.bus.unexportInterface(this.#servicePath);
    if (!this.isConnected) this.#shown.update({ Connected: ["b", false] });
  }

  get #servicePath(): string {
    return `${this.path}/service0001`;
  }

  get #characteristicPath(): string {
    return `${this.#servicePath}/char0002`;
  }

  #offer(link: Link): void {
    const { service, characteristic, flags } = link.offered;
    new FakeInterface(this.#daemon.bus, {
      path: this.#servicePath,
      name: "org.bluez.GattService1",
      values: { UUID: ["s", service], Device: ["o", this.path], Primary: ["b", true], Includes: ["ao", []] },
    });
    new FakeInterface(this.#daemon.bus, {
      path: this.#characteristicPath,
      name: "org.bluez.GattCharacteristic1",
      methods: {
        ReadValue: ["a{sv}", "ay", () => ask(async () => Buffer.from(await link.read()))],
        WriteValue: [
          "aya{sv}",
          "",
          (_client, value) => ask(() => link.write(Uint8Array.from(value as Buffer))),
        ],
      },
      values: {
        UUID: ["s", characteristic],
        Service: ["o", this.#servicePath],
        Flags: ["as", [...flags]],
        MTU: ["q", 517],
      },
    });
  }
}

/** A peer's refusal, in bluetoothd's words. */
async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    const { message } = error as Error;
    if (message.includes("permitted")) throw new BluezFailure("NotPermitted", message);
    if (message.includes("supported")) throw new BluezFailure("NotSupported", message);
    throw new BluezFailure("Failed", message);
  }
}
