import { RecorderError } from "../../../recorder/errors.ts";
import type { AddressChoice, AdapterFacts, Radio, RadioEvents } from "../../../recorder/ports/radio.ts";
import type { Advertised } from "./journal.ts";
import type { Caller, GattServer } from "./link.ts";
import type { SimulatedAdapter } from "./simulatedAdapter.ts";
import type { Reception } from "./simulatedAir.ts";
import { tocsinCharacteristic, tocsinService } from "./tocsinService.ts";

/** The radio port straight on a simulated adapter, in process: what BluezRadio does with bluetoothd in between. */
export class SimulatedRadio implements Radio {
  readonly #adapter: SimulatedAdapter;
  #events: RadioEvents | undefined;
  /** Withdraws what is on air. */
  #withdraw: (() => void) | undefined;
  #isListening = false;

  constructor(adapter: SimulatedAdapter) {
    this.#adapter = adapter;
  }

  async open(events: RadioEvents): Promise<void> {
    this.#events = events;
    this.#adapter.onChange = () => {
      if (!this.#adapter.isPresent || !this.#adapter.isPowered) {
        this.#withdraw?.();
        this.#isListening = false;
      }
      events.changed(this.facts());
    };
  }

  facts(): AdapterFacts | undefined {
    const { name, isPresent, isPowered, isDiscoverable, canAdvertise, hasPrivacy } = this.#adapter;
    if (!isPresent) return undefined;
    const addresses = this.#addresses();
    return {
      name,
      isPowered,
      isDiscoverable,
      canAdvertise,
      addresses,
      canConnect: hasPrivacy && addresses.connectable === "each",
    };
  }

  async advertise(
    serviceData: Uint8Array,
    { seconds, isConnectable }: { seconds: number; isConnectable: boolean },
  ): Promise<boolean> {
    this.#check();
    if (!this.#adapter.canAdvertise) throw new RecorderError("ADAPTER_INCAPABLE", "cannot advertise");
    if (serviceData.length !== 16 && serviceData.length !== 20) {
      throw new RecorderError("SERVICE_DATA_INVALID", `${serviceData.length} bytes of service data`);
    }
    const wasScanning = this.#adapter.isScanning;
    if (wasScanning) this.#adapter.stopScanning();
    this.#withdraw?.();
    // With addresses of their own for advertisements, scans get a fresh one now or not at all.
    if (this.#adapter.isExtended) {
      this.#adapter.scan((reception) => this.#heard(reception));
      if (!wasScanning) this.#adapter.stopScanning();
    }
    const advertised: Advertised = {
      isConnectable,
      serviceUuids: [tocsinService],
      serviceData: { [tocsinService]: serviceData.slice() },
      ...(this.#adapter.hasTxPower && !isConnectable ? { txPower: this.#adapter.station.power } : {}),
      others: {},
    };
    this.#begin(this.#adapter.advertise(advertised), Math.floor(seconds));
    if (wasScanning && !this.#adapter.isExtended) this.#adapter.scan((reception) => this.#heard(reception));
    return true;
  }

  async withdraw(): Promise<void> {
    this.#withdraw?.();
  }

  async listen(): Promise<void> {
    this.#check();
    this.#isListening = true;
    this.#adapter.scan((reception) => this.#heard(reception));
  }

  async stopListening(): Promise<void> {
    if (this.#isListening) this.#adapter.stopScanning();
    this.#isListening = false;
  }

  async serve(): Promise<void> {
    this.#check();
    const server: GattServer = {
      service: tocsinService,
      characteristic: tocsinCharacteristic,
      flags: ["read", "write"],
      read: ({ connectedAt }: Caller) =>
        connectedAt === undefined ? undefined : this.#events?.read(connectedAt),
      write: (value: Uint8Array, { address, rssi }: Caller) =>
        this.#events?.written(value, address.text, rssi) ?? false,
    };
    this.#adapter.station.gatt = server;
  }

  async readNumber(peer: string): Promise<Uint8Array> {
    this.#check();
    try {
      const link = await this.#adapter.connect(peer);
      try {
        return await link.read();
      } finally {
        link.close();
      }
    } catch (error) {
      throw new RecorderError("PEER_UNREACHABLE", "the peer does not answer", { cause: error });
    }
  }

  async close(): Promise<void> {
    this.#withdraw?.();
    await this.stopListening();
    this.#adapter.station.gatt = undefined;
    this.#adapter.station.hangUp();
    this.#adapter.onChange = () => undefined;
    this.#events = undefined;
  }

  #addresses(): AdapterFacts["addresses"] {
    const { hasPrivacy, isExtended, hasLinkLayerPrivacy, isDiscoverable, isConnectable } = this.#adapter;
    const choose = (choice: AddressChoice, connectable = choice) => ({ broadcast: choice, connectable });
    if (hasPrivacy) return choose(isExtended && !hasLinkLayerPrivacy ? "each" : "shared");
    return choose(isDiscoverable || isConnectable ? "identity" : "each", "identity");
  }

  #begin(end: () => void, seconds: number): void {
    const ending = new AbortController();
    const withdraw = (): void => {
      ending.abort();
      end();
      this.#withdraw = undefined;
    };
    this.#withdraw = withdraw;
    void this.#adapter.station.air.clock.sleep(seconds * 1000, ending.signal).then(() => {
      if (ending.signal.aborted) return;
      withdraw();
      this.#events?.withdrawn();
    });
  }

  #heard({ from, advertised, rssi }: Reception): void {
    if (!advertised.serviceUuids.includes(tocsinService)) return;
    const serviceData = advertised.serviceData[tocsinService];
    this.#events?.heard({
      peer: from.text,
      rssi,
      ...(serviceData === undefined ? {} : { serviceData }),
      ...(advertised.txPower === undefined ? {} : { txPower: advertised.txPower }),
    });
  }

  #check(): void {
    if (!this.#adapter.isPresent) throw new RecorderError("ADAPTER_MISSING", "no adapter");
    if (!this.#adapter.isPowered) throw new RecorderError("ADAPTER_OFF", "the adapter is off");
  }
}
