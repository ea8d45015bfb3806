import type { Address } from "./addresses.ts";
import type { Advertised } from "./journal.ts";
import type { Link } from "./link.ts";
import type { Reception, Transmission } from "./simulatedAir.ts";
import type { Station } from "./station.ts";

export interface AdapterOptions {
  /** As `Privacy = device` in the daemon's settings. Default false. */
  privacy?: boolean;
  /** Whether the controller has extended advertising, with an address for each advertisement. Default true. */
  extended?: boolean;
  /** Whether the controller can name its transmit power in advertisements. Default true. */
  hasTxPower?: boolean;
  /** Whether it can advertise at all. Default true. */
  canAdvertise?: boolean;
  /** Whether kernel and controller use LL Privacy, as all do since Linux 6.14 that can. Default false. */
  linkLayerPrivacy?: boolean;
  /** Whether it is connectable from the start, as when it was discoverable before. Default false. */
  isConnectable?: boolean;
  /** Whether bluetoothd says if it is connectable, as it does since 5.79. Default true. */
  tellsConnectable?: boolean;
  /** What bluetoothd tells whoever connects as the machine's name. Default: that with which a recorder takes connections. */
  alias?: string;
  /** What bluetoothd lists in ExperimentalFeatures; left out, it has no such property. */
  experimentalFeatures?: readonly string[];
}

interface Enabled {
  advertised: Advertised;
  transmission: Transmission;
  /** Ends the timer of its own resolvable address. */
  ending: AbortController;
}

/** Milliseconds that a resolvable address lasts. */
const resolvableLasts = 900_000;

/** The kernel's release that goes with an adapter. */
export function kernelOf({ linkLayerPrivacy = false }: AdapterOptions): string {
  return linkLayerPrivacy ? "6.14.0" : "6.12.34-rpi-v8";
}

/**
 * A Linux machine's Bluetooth adapter: kernel and controller, without the daemon. It gives every advertisement, scan and
 * connection its address by their rules, the bad ones too.
 */
export class SimulatedAdapter {
  readonly name: string;
  readonly station: Station;
  readonly identity: Address;
  readonly hasPrivacy: boolean;
  readonly isExtended: boolean;
  readonly hasTxPower: boolean;
  readonly canAdvertise: boolean;
  readonly hasLinkLayerPrivacy: boolean;
  readonly tellsConnectable: boolean;
  readonly experimentalFeatures: readonly string[] | undefined;
  #alias: string;
  /** Called after every change of the flags below. */
  onChange: () => void = () => undefined;
  #isPresent = true;
  #isPowered = true;
  #isDiscoverable = false;
  #isConnectable = false;
  #isScanning = false;
  readonly #enabled = new Set<Enabled>();
  /** The controller's register of its one random address, where advertisements have none of their own. */
  #register: Address | undefined;
  /** Where scans come from, where advertisements have addresses of their own. */
  #scanAddress: Address | undefined;
  #hostAddress: Address | undefined;

  constructor(name: string, station: Station, options: AdapterOptions = {}) {
    this.name = name;
    this.station = station;
    this.identity = station.air.address("public");
    this.hasPrivacy = options.privacy ?? false;
    this.isExtended = options.extended ?? true;
    this.hasTxPower = options.hasTxPower ?? true;
    this.canAdvertise = options.canAdvertise ?? true;
    this.hasLinkLayerPrivacy = options.linkLayerPrivacy ?? false;
    this.tellsConnectable = options.tellsConnectable ?? true;
    this.experimentalFeatures = options.experimentalFeatures;
    this.#isConnectable = options.isConnectable ?? false;
    this.#alias = options.alias ?? "Tocsin";
    station.air.closing.addEventListener("abort", () => this.#fallSilent());
  }

  get alias(): string {
    return this.#alias;
  }

  get isPresent(): boolean {
    return this.#isPresent;
  }

  get isPowered(): boolean {
    return this.#isPowered;
  }

  get isDiscoverable(): boolean {
    return this.#isDiscoverable;
  }

  get isConnectable(): boolean {
    return this.#isConnectable;
  }

  get isScanning(): boolean {
    return this.#isScanning;
  }

  setAlias(alias: string): void {
    this.#alias = alias;
    this.onChange();
  }

  setPowered(isPowered: boolean): void {
    if (!isPowered) this.#fallSilent();
    this.#isPowered = isPowered;
    this.onChange();
  }

  /** False pulls the adapter out; true puts it back, powered as it was. */
  setPresent(isPresent: boolean): void {
    if (!isPresent) this.#fallSilent();
    this.#isPresent = isPresent;
    this.onChange();
  }

  /** Somebody sets it. Who may be found may also be connected to. */
  setDiscoverable(isDiscoverable: boolean): void {
    this.#isDiscoverable = isDiscoverable;
    this.#isConnectable = isDiscoverable;
    for (const enabled of [...this.#enabled]) this.#readdress(enabled);
    this.onChange();
  }

  /** DiscoverableTimeout is over: the kernel ends that the adapter is found, and not that it is connected to. */
  endDiscoverable(): void {
    this.#isDiscoverable = false;
    this.onChange();
  }

  /** Who cannot be connected to cannot be found. */
  setConnectable(isConnectable: boolean): void {
    this.#isConnectable = isConnectable;
    this.#isDiscoverable &&= isConnectable;
    for (const enabled of [...this.#enabled]) this.#readdress(enabled);
    this.onChange();
  }

  /** Takes everything off the air and stops to scan, as a daemon does that has just started. */
  reset(): void {
    for (const enabled of this.#enabled) this.#disable(enabled);
    this.stopScanning();
  }

  /** @returns what ends it */
  advertise(advertised: Advertised): () => void {
    const ending = new AbortController();
    const transmission = this.station.advertise(advertised, this.#addressFor(advertised));
    const enabled: Enabled = { advertised, transmission, ending };
    this.#enabled.add(enabled);
    if (this.hasPrivacy && this.isExtended && !this.hasLinkLayerPrivacy) void this.#renew(enabled);
    return () => this.#disable(enabled);
  }

  /** Scans actively, and asks for more from an address that is this machine's only by chance. */
  scan(receive: (reception: Reception) => void): void {
    this.station.listen(this.#addressForScans(), receive);
    this.#isScanning = true;
  }

  stopScanning(): void {
    this.station.stopListening();
    this.#isScanning = false;
  }

  /** @throws Error when nobody answers */
  connect(to: string): Promise<Link> {
    return this.station.connect(to, this.hasPrivacy ? this.#resolvable() : this.identity);
  }

  #addressFor({ isConnectable }: Advertised): Address {
    if (this.hasPrivacy) {
      if (this.isExtended && this.hasLinkLayerPrivacy) return this.#resolvable();
      return this.isExtended ? this.station.air.address("resolvable") : this.#put(this.#resolvable());
    }
    // Only what nobody can connect to may hide, and the adapter's own settings overrule the advertisement's.
    if (isConnectable || this.#isConnectable || this.#isDiscoverable) return this.identity;
    const fresh = this.station.air.address("nonresolvable");
    return this.isExtended ? fresh : this.#put(fresh);
  }

  /** The kernel puts off to change it while anything is advertised. */
  #addressForScans(): Address {
    const address = this.hasPrivacy ? this.#resolvable() : this.station.air.address("nonresolvable");
    if (!this.isExtended) return this.#put(address);
    if (this.#enabled.size === 0 || this.#scanAddress === undefined) this.#scanAddress = address;
    return this.#scanAddress;
  }

  /** A legacy controller keeps the address it has while it scans, and the kernel keeps it while it advertises. */
  #put(address: Address): Address {
    const isBusy = this.#isScanning || this.#enabled.size > 0;
    if (!isBusy || this.#register === undefined) this.#register = address;
    return this.#register;
  }

  /** The host's one resolvable address, which changes by a timer of its own and by nothing else. */
  #resolvable(): Address {
    if (this.#hostAddress === undefined) {
      this.#hostAddress = this.station.air.address("resolvable");
      const { clock, closing } = this.station.air;
      void clock.sleep(resolvableLasts, closing).then(() => {
        if (closing.aborted) return;
        this.#hostAddress = undefined;
        if (!this.isExtended || this.hasLinkLayerPrivacy)
          for (const enabled of [...this.#enabled]) this.#readdress(enabled);
      });
    }
    return this.#hostAddress;
  }

  async #renew(enabled: Enabled): Promise<void> {
    for (;;) {
      await this.station.air.clock.sleep(resolvableLasts, enabled.ending.signal);
      if (enabled.ending.signal.aborted) return;
      this.#readdress(enabled);
    }
  }

  /** Enables it anew, which is when the kernel chooses its address. */
  #readdress(enabled: Enabled): void {
    enabled.transmission.stop();
    this.#enabled.delete(enabled);
    enabled.transmission = this.station.advertise(enabled.advertised, this.#addressFor(enabled.advertised));
    this.#enabled.add(enabled);
  }

  #disable(enabled: Enabled): void {
    enabled.ending.abort();
    enabled.transmission.stop();
    this.#enabled.delete(enabled);
  }

  #fallSilent(): void {
    this.reset();
    this.station.silence();
    this.#isDiscoverable = false;
    this.#isConnectable = false;
    this.#register = undefined;
    this.#scanAddress = undefined;
  }
}
