import { TCN_LENGTH } from "@tocsin/protocol/tcn/ratchet.ts";
import type { Sighting, Sightings } from "../contacts/sightings.ts";
import type { Keyring } from "../keys/keyring.ts";
import type { Clock } from "../ports/clock.ts";
import type { Heard, Radio } from "../ports/radio.ts";
import type { BridgedNumbers } from "./bridged.ts";
import { Peers } from "./peers.ts";

/** Bytes of service data: a number, alone or followed by the start of its sender's own. */
const SERVICE_DATA_LENGTHS = [TCN_LENGTH, TCN_LENGTH + 4];

/** Takes in the numbers of others, whichever way they come. Own ones, which others repeat, are passed over. */
export class Incoming {
  readonly #radio: Radio;
  readonly #clock: Clock;
  readonly #keyring: Keyring;
  readonly #bridged: BridgedNumbers;
  readonly #sightings: Sightings;
  readonly #peers = new Peers();
  #isReading = false;

  constructor(parts: {
    radio: Radio;
    clock: Clock;
    keyring: Keyring;
    bridged: BridgedNumbers;
    sightings: Sightings;
  }) {
    this.#radio = parts.radio;
    this.#clock = parts.clock;
    this.#keyring = parts.keyring;
    this.#bridged = parts.bridged;
    this.#sightings = parts.sightings;
  }

  heard({ peer, serviceData, ...strength }: Heard): void {
    if (serviceData === undefined) {
      const tcn = this.#peers.heard(peer, this.#clock.monotonic());
      if (tcn !== undefined) this.#add({ tcn, way: "connection", ...strength });
    } else if (SERVICE_DATA_LENGTHS.includes(serviceData.length)) {
      this.#add({ tcn: serviceData.subarray(0, TCN_LENGTH), way: "advertisement", ...strength });
    }
  }

  /** @returns false where the value is no number of anybody else */
  written(value: Uint8Array, rssi?: number): boolean {
    if (value.length !== TCN_LENGTH || this.#keyring.isOwn(value)) return false;
    this.#add({ tcn: value, way: "connection", ...(rssi === undefined ? {} : { rssi }) });
    this.#bridged.add(value, this.#clock.monotonic());
    return true;
  }

  /** Begins to read the number of a peer that only names the service; one peer at a time. */
  readNext(): void {
    const peer = this.#isReading ? undefined : this.#peers.next(this.#clock.monotonic());
    if (peer !== undefined) void this.#read(peer);
  }

  /** Nobody is who it was: addresses have changed, or nobody knows how much time passed. */
  forgetPeers(): void {
    this.#peers.clear();
  }

  async #read(peer: string): Promise<void> {
    this.#isReading = true;
    // Why a peer cannot be read is its own affair: it may have gone.
    const tcn = await this.#radio.readNumber(peer).catch(() => undefined);
    this.#isReading = false;
    if (tcn?.length !== TCN_LENGTH || this.#keyring.isOwn(tcn)) {
      this.#peers.failed(peer, this.#clock.monotonic());
      return;
    }
    this.#peers.succeeded(peer, tcn, this.#clock.monotonic());
    this.#add({ tcn, way: "connection" });
  }

  #add(sighting: Sighting): void {
    if (!this.#keyring.isOwn(sighting.tcn)) this.#sightings.add(sighting);
  }
}
